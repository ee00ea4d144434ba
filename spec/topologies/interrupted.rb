# frozen_string_literal: true

require_relative "accounted"

# Runs for about half a second, with failures, replays, a batch and an on_close that takes its time.
module Interrupted
  class Slowly < Accounted::Numbers
    on_send do
      sleep 0.002
      @last < config["count"] ? emitted(@last += 1) : finish
    end
  end

  class Flaky < Accounted::Step
    def misbehave(id) = (id % 10).zero? && @tries[id] == 1 && raise("once")
  end

  class Batch < Redgale::Bolt
    output_fields :id
    on_batch(max: 10, within: 0.02) { |tuples| tuples.map(&:values) }
    on_close { sleep 0.05 }
  end

  class Numbered < Redgale::Topology
    spout Slowly
    bolt(Flaky, parallelism: 2) { source Slowly, :shuffle }
    bolt(Batch) { source Flaky, :shuffle }
    bolt(Accounted::Sink) { source Batch, :shuffle }
    configure do
      set "count", 120
      retry_backoff_min 0.02
    end
  end
end
