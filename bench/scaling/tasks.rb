# frozen_string_literal: true

# ruby tasks.rb TUPLES TASKS PENDING: TUPLES from a spout of TASKS tasks to a bolt of TASKS tasks, two executors each
# (one each if there is only one task), at most PENDING per spout task; prints how it went.

require "redgale"
require_relative "../support/measured"

TUPLES = Integer(ARGV.fetch(0))
TASKS = Integer(ARGV.fetch(1))
PENDING = Integer(ARGV.fetch(2))
EXECUTORS = [TASKS, 2].min

class ShareSpout < Redgale::Spout
  output_fields :integer

  on_init do
    @integer = 0
    @last = (TUPLES / TASKS) + (context.tasks(:share_spout).index(context.task_id) < TUPLES % TASKS ? 1 : 0)
  end
  on_activate { Bench::Measured.start }
  on_send { @integer < @last ? @integer += 1 : finish }
  on_close { Bench::Measured.stop }
end

class IdleBolt < Redgale::Bolt
  on_receive { |_tuple| nil }
end

class TasksTopology < Redgale::Topology
  spout ShareSpout, tasks: TASKS, parallelism: EXECUTORS
  bolt(IdleBolt, tasks: TASKS, parallelism: EXECUTORS) { source ShareSpout, :shuffle }

  configure { max_spout_pending PENDING }
end

Bench::Measured.verify(Redgale.run(TasksTopology), acked: TUPLES)
Bench::Measured.print(tuples: TUPLES)
