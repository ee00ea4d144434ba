# frozen_string_literal: true

# ruby topology.rb RATE SECONDS: offers RATE tuples a second for SECONDS and prints how long they took.
#
# Each tuple carries the time at which it was due, not the one at which it was emitted: a spout that comes too late is
# part of the latency. `on_ack` reads that time and the clock. Before the measurement RATE tuples warm up for a second.

require "redgale"
require_relative "../support/measured"
require_relative "../support/statistics"

RATE = Integer(ARGV.fetch(0))
SECONDS = Float(ARGV.fetch(1))

class ClockSpout < Redgale::Spout
  output_fields :due

  on_init do
    @interval = 1_000_000_000 / RATE
    @warm_up = RATE
    @last = @warm_up + (RATE * SECONDS).to_i
    @sent = 0
    @latencies = []
  end

  on_activate { @start = Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) }

  on_send do
    return finish if @sent == @last

    due = @start + (@sent * @interval)
    next if Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) < due

    Bench::Measured.start if @sent == @warm_up
    @sent += 1
    due
  end

  on_ack { |values| @latencies << (Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) - values.first) }

  on_close do
    Bench::Measured.stop
    LatencyTopology.latencies = @latencies.drop(@warm_up)
  end
end

class PassBolt < Redgale::Bolt
  output_fields :due

  on_receive { |tuple| tuple[:due] }
end

class EndBolt < Redgale::Bolt
  on_receive { |tuple| tuple[:due] && nil }
end

class LatencyTopology < Redgale::Topology
  spout ClockSpout
  bolt(PassBolt) { source ClockSpout, :shuffle }
  bolt(EndBolt) { source PassBolt, :shuffle }

  class << self
    attr_accessor :latencies
  end
end

report = Redgale.run(LatencyTopology)
tuples = (RATE * SECONDS).to_i
Bench::Measured.verify(report, acked: tuples + RATE)
sorted = LatencyTopology.latencies.sort
raise "#{tuples} latencies expected, not #{sorted.size}" unless sorted.size == tuples

shares = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999, max: 1.0 }
Bench::Measured.print(tuples: tuples, mean: sorted.sum / sorted.size / 1e9,
                      **shares.transform_values { |share| Bench::Statistics.percentile(sorted, share) / 1e9 })
