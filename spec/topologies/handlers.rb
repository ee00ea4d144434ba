# frozen_string_literal: true

require_relative "accounted"

# The other forms of a handler: batches, values, around.
module Handlers
  extend Accounted::Topologies

  class BatchBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    on_error { |error, tuples| note(:told, [error.class.name, tuples.map { |tuple| tuple[:id] }]) }
  end

  # Emits what it gets and a sum, which is anchored to all of them.
  class MaxBolt < BatchBolt
    on_batch(max: 6, within: 0.2) do |tuples|
      note(:batch, tuples.map { |tuple| tuple[:id] })
      note(:class, tuples.first.class.name)
      tuples.map { |tuple| [tuple[:id]] }
    end
  end
  topology(:Max, MaxBolt)

  # Emits one tuple every 50 ms.
  class SlowNumbers < Accounted::Numbers
    on_send do
      sleep 0.05
      @last < config["count"] ? emitted(@last += 1) : finish
    end
  end
  topology(:Within, MaxBolt, spout: SlowNumbers)

  class RaisingBatchBolt < BatchBolt
    on_batch(max: 5, within: 0.05) do |tuples|
      ids = tuples.map { |tuple| tuple[:id] }
      note(:batch, ids)
      raise "once" if ids.include?(7) && (@raised = @raised.to_i + 1) == 1

      tuples.map { |tuple| [tuple[:id]] }
    end
  end
  topology(:Raising, RaisingBatchBolt)

  class FailingOneBolt < BatchBolt
    on_batch(max: 5, within: 0.05) do |tuples|
      @seen ||= {}
      bad, good = tuples.partition { |tuple| (tuple[:id] % 5).zero? && !@seen[tuple[:id]] }
      bad.each do |tuple|
        @seen[tuple[:id]] = true
        self.fail(tuple)
      end
      good.map { |tuple| [tuple[:id]] }
    end
  end
  topology(:FailingOne, FailingOneBolt)

  # Emits one tuple for each batch, by hand or returned; the sink below fails it once.
  class SumBolt < BatchBolt
    output_fields :ids
    on_batch(max: 4, within: 0.05) do |tuples|
      ids = tuples.map { |tuple| tuple[:id] }
      note(:batch, ids)
      next [[ids]] if config["how"] == "returned"

      emit([ids])
      nil
    end
  end

  class FailOnceSink < Redgale::Bolt
    include Accounted::Books

    on_receive do |tuple|
      ids = tuple[:ids]
      if ids.include?(1) && !@failed
        @failed = true
        raise "once"
      end
      ids.each { |id| note(:processed, id) }
    end
  end

  class Anchored < Redgale::Topology
    spout Accounted::Numbers
    bolt(SumBolt) { source Accounted::Numbers, :shuffle }
    bolt(FailOnceSink) { source SumBolt, :shuffle }
    configure do
      set "count", 20
      retry_backoff_min 0.02
    end
  end

  # Collects more than may ever come: a drain hands on what there is.
  class WaitingBolt < BatchBolt
    on_batch(max: 1000, within: 60) do |tuples|
      note(:batch, tuples.map { |tuple| tuple[:id] })
      tuples.map { |tuple| [tuple[:id]] }
    end
  end

  class OpenNumbers < Accounted::Numbers
    on_send { emitted(@last += 1) if @last < config["count"] }
  end
  topology(:Waiting, WaitingBolt, spout: OpenNumbers)
  topology(:WaitingToFinish, WaitingBolt)

  # Wraps each call; leaves out the call for one id of four once.
  class AroundBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    around do |tuple, handler|
      @seen ||= {}
      raise "before" if (tuple[:id] % 4).zero? && !@seen[tuple[:id]] && (@seen[tuple[:id]] = true)

      note(:before, tuple[:id])
      handler.call
    ensure
      note(:after, tuple[:id])
    end
    on_receive { |tuple| [tuple[:id]] }
  end
  topology(:Around, AroundBolt)

  # What around returns counts, also nothing.
  class AroundAllBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    around do |values, handler|
      note(:around, [values.class.name, values])
      handler.call
    end
    on_values { |id| [id] }
  end

  class AroundNumbers < Accounted::Numbers
    around do |tuple, handler|
      note(:spout, tuple)
      handler.call
    end
  end
  topology(:AroundValuesAndSpout, AroundAllBolt, spout: AroundNumbers)

  # Fewer parameters than fields, none, a splat; a return in a block.
  class Pairs < Accounted::Numbers
    output_fields :id, :double
    def emitted(id) = [*super, id * 2]
  end

  { FirstBolt: proc { |id| [id] }, NoneBolt: proc { [@n = @n.to_i + 1] }, SplatBolt: proc { |*all| [all.first] },
    ReturnBolt: lambda { |id, double|
      return [id] if double.even?

      [0]
    } }.each do |name, block|
    bolt = const_set(name, Class.new(Redgale::Bolt) do
      output_fields :id
      on_values(&block)
    end)
    topology(:"#{name}s", bolt, spout: Pairs)
  end
end
