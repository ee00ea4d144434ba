# frozen_string_literal: true

require_relative "accounted"

# Bolts that start processes, in the handler of one id of four.
module Forks
  extend Accounted::Topologies

  class ChildrenBolt < Accounted::Step
    def misbehave(id)
      return unless chosen?(id)

      note(:spawn, Process.wait2(spawn("exit 3")).last.exitstatus)
      note(:backticks, `echo #{id}`.to_i)
      note(:system, system("true"))
      note(:popen, IO.popen(%w[cat], "r+") { |pipe| exchange(pipe, id) })
      note(:fork, Process.wait2(fork { exit!(4) }).last.exitstatus)
    end

    def exchange(pipe, id)
      pipe.write(id)
      pipe.close_write
      pipe.read.to_i
    end
  end
  topology(:Children, ChildrenBolt, parallelism: 2)

  # In the child everything that touches the topology raises.
  class EngineInChildBolt < Accounted::Step
    def misbehave(id)
      return unless chosen?(id)

      pid = fork do
        %i[emit_here ack_here fail_here].each { |way| note(:raised, refusal { __send__(way, id) }) }
        exit!(0)
      end
      note(:status, Process.wait2(pid).last.exitstatus)
    end

    on_receive do |tuple|
      @tuple = tuple
      @tries ||= Hash.new(0)
      @tries[tuple[:id]] += 1
      misbehave(tuple[:id])
      [tuple[:id]]
    end

    def emit_here(id) = emit([id])
    def ack_here(_id) = ack(@tuple)
    def fail_here(_id) = self.fail(@tuple)

    def refusal
      yield
      "nothing"
    rescue StandardError => e
      e.class.name
    end
  end
  topology(:EngineInChild, EngineInChildBolt)

  # A child made without a block returns from the handler, as the parent does.
  class ReturningBolt < Accounted::Step
    def misbehave(id)
      note(:ran, [id, Process.pid])
      return unless chosen?(id)

      pid = fork
      print "child of #{id}\n" unless pid
      note(:status, Process.wait2(pid).last.exitstatus) if pid
    end
  end
  topology(:Returning, ReturningBolt)

  class ReturningValuesBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    on_values do |id|
      note(:ran, [id, Process.pid])
      if (id % 4).zero? && (pid = fork)
        note(:status, Process.wait2(pid).last.exitstatus)
      end
      [id]
    end
  end
  topology(:ReturningValues, ReturningValuesBolt)

  class ReturningBatchBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    on_batch(max: 4, within: 0.05) do |tuples|
      note(:ran, [tuples.first[:id], Process.pid])
      pid = fork
      note(:status, Process.wait2(pid).last.exitstatus) if pid
      tuples.map { |tuple| [tuple[:id]] }
    end
  end
  topology(:ReturningBatch, ReturningBatchBolt)

  class ReturningSpout < Accounted::Numbers
    on_send do
      note(:ran, [@last, Process.pid])
      if @last == 7 && !@forked
        @forked = true
        pid = fork
        note(:status, Process.wait2(pid).last.exitstatus) if pid
      end
      if pid.nil? && @forked && Process.pid != @pid
        [0]
      else
        @last < config["count"] ? emitted(@last += 1) : finish
      end
    end
    on_init do
      @last = 0
      @pid = Process.pid
    end
  end
  topology(:ReturningFromOnSend, Accounted::Step, spout: ReturningSpout)

  # Raises in the child.
  class RaisingBolt < Accounted::Step
    def misbehave(id)
      note(:ran, [id, Process.pid])
      return unless chosen?(id)

      pid = fork
      raise "in the child" unless pid

      note(:status, Process.wait2(pid).last.exitstatus)
    end
  end
  topology(:Raising, RaisingBolt)

  # Returns from a callback in the child.
  %i[on_init on_tick on_activate on_close].each do |callback|
    on = callback == :on_activate ? Accounted::Numbers : Accounted::Step
    component = Class.new(on) do
      tick every: 0.05 if callback == :on_tick
      public_send(callback) do
        @last = 0 if callback == :on_activate
        next if @forked

        @forked = true
        pid = fork
        note(:status, Process.wait2(pid).last.exitstatus) if pid
        print "child" unless pid
      end
      define_method(:misbehave) { |_id| sleep 0.01 if callback == :on_tick }
    end
    name = callback.to_s.split("_").map(&:capitalize).join
    const_set("#{name}Component", component)
    if on == Accounted::Numbers
      topology(:"ReturningFrom#{name}", Accounted::Step, spout: component)
    else
      topology(:"ReturningFrom#{name}", component)
    end
  end

  # Returns from on_error in the child.
  class ReturningFromOnErrorBolt < Accounted::Step
    on_error do
      pid = fork
      note(:status, Process.wait2(pid).last.exitstatus) if pid
    end

    def misbehave(id)
      note(:ran, [id, Process.pid])
      raise "fours" if chosen?(id)
    end
  end
  topology(:ReturningFromOnError, ReturningFromOnErrorBolt)

  # Returns from a custom grouping in the child.
  class ForkingGrouping
    def prepare(context, _stream, tasks)
      @book = Accounting::Book.new(context.config["folder"])
      @tasks = tasks
    end

    def choose_tasks(_source, (id))
      @book.note(:ran, [id, Process.pid])
      if (id % 4).zero? && (pid = fork)
        @book.note(:status, Process.wait2(pid).last.exitstatus)
      end
      @tasks
    end
  end

  class ReturningFromGrouping < Redgale::Topology
    spout Accounted::Numbers
    bolt(Accounted::Sink) { source Accounted::Numbers, custom: ForkingGrouping }
    configure { set "count", 20 }
  end

  # Ends by exit in the child: at_exit code of the parent must not run the topology's end there.
  class ExitingBolt < Accounted::Step
    def misbehave(id)
      return unless chosen?(id)

      pid = fork { exit(5) }
      note(:status, Process.wait2(pid).last.exitstatus)
    end
  end
  topology(:Exiting, ExitingBolt)

  # Runs a topology of its own in the child.
  class Inner < Redgale::Topology
    class Three < Redgale::Spout
      output_fields :n
      on_init { @n = 0 }
      on_send { @n < 3 ? @n += 1 : finish }
    end

    class Ignore < Redgale::Bolt
      on_receive { |_tuple| nil }
    end

    spout Three
    bolt(Ignore) { source Three, :shuffle }
  end

  class NestedBolt < Accounted::Step
    def misbehave(id)
      return unless id == 4

      pid = fork { exit!(Redgale.run(Inner)["acked"]) }
      note(:status, Process.wait2(pid).last.exitstatus)
    end
  end
  topology(:Nested, NestedBolt)

  # Detaches a child that outlives the run.
  class LeavingBolt < Accounted::Step
    def misbehave(id)
      Process.detach(spawn("sleep 30", %i[out err] => File::NULL)) if id == 4
    end
  end
  topology(:Leaving, LeavingBolt)
end
