# frozen_string_literal: true

# ruby topology.rb SECONDS BLOCKING ROUNDS PENDING: runs 64 blocking executors (BLOCKING = 1), a CPU-bound bolt whose
# handlers turn ROUNDS times (0: none), or both, and prints how many handlers of each ended within SECONDS.

require "redgale"
require_relative "../support/measured"
require_relative "spin"

SECONDS = Float(ARGV.fetch(0))
BLOCKING = ARGV.fetch(1) == "1"
ROUNDS = Integer(ARGV.fetch(2))
PENDING = Integer(ARGV.fetch(3))

# Handlers are counted from a second after the start until SECONDS later.
module Window
  WARM_UP = 1.0

  class << self
    attr_reader :counts

    def open
      @opens = Spin.now + WARM_UP
      @closes = @opens + SECONDS
      @counts = Hash.new(0)
    end

    def open?
      Spin.now.between?(@opens, @closes)
    end

    def over?
      Spin.now > @closes
    end

    def add(kind, count)
      @counts[kind] += count
    end
  end
end

class TurnSpout < Redgale::Spout
  output_fields :turn

  on_init { @turn = 0 }
  on_activate { Bench::Measured.start }
  on_send { Window.over? ? finish : @turn += 1 }
end

class CountedBolt < Redgale::Bolt
  on_init { @count = 0 }
  on_close { Window.add(@kind, @count) }
end

# Half of the executors sleep, the other half wait in IO.select.
class BlockingBolt < CountedBolt
  BLOCK = 0.010

  on_init do
    @count = 0
    @kind = context.task_id.even? ? "sleep" : "select"
    @reader, @writer = IO.pipe
  end

  on_receive do |_tuple|
    @kind == "sleep" ? sleep(BLOCK) : select
    @count += 1 if Window.open?
    nil
  end

  def select
    IO.select([@reader], nil, nil, BLOCK) # rubocop:disable Lint/IncompatibleIoSelectWithFiberScheduler -- what is measured
  end
end

class SpinBolt < CountedBolt
  on_init do
    @count = 0
    @kind = "spin"
  end

  on_receive do |_tuple|
    Spin.call(ROUNDS)
    @count += 1 if Window.open?
    nil
  end
end

class BlockingTopology < Redgale::Topology
  if BLOCKING
    spout TurnSpout, id: :blocking_turns
    bolt(BlockingBolt, parallelism: 64) { source :blocking_turns, :shuffle }
  end
  if ROUNDS.positive?
    spout(TurnSpout, id: :spin_turns) { max_spout_pending PENDING }
    bolt(SpinBolt) { source :spin_turns, :shuffle }
  end
end

Window.open
report = Redgale.run(BlockingTopology)
Bench::Measured.stop
Bench::Measured.verify(report, acked: report["emitted"])
Bench::Measured.print(**Window.counts.transform_keys(&:to_sym))
