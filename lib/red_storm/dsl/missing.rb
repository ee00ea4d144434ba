# frozen_string_literal: true

require "redgale/errors"
require "red_storm/dsl/bolt"
require "red_storm/dsl/spout"
require "red_storm/dsl/topology"

module RedStorm
  module DSL
    # What needs parts that Redgale does not have yet: a class of them can be named, but not inherited from.
    module Missing
      # @api private
      PARTS = {
        "DRPCTopology" => ["DRPC", "write a RedStorm::DSL::Topology whose spout takes the requests"],
        "BatchBolt" => ["batches (with DRPC)", "write a RedStorm::DSL::Bolt that collects what belongs together"],
        "BatchCommitterBolt" => ["batches (with DRPC)",
                                 "write a RedStorm::DSL::Bolt that collects what belongs together"],
        "BatchSpout" => ["Trident", "write a RedStorm::DSL::Spout that emits one tuple at a time"]
      }.freeze

      # @api private
      def inherited(subclass)
        super
        name = self.name.split("::").last
        part, instead = PARTS.fetch(name)
        raise Redgale::NotAvailable, "#{Redgale::NotAvailable.of("RedStorm::DSL::#{name}", part).message}; #{instead}"
      end
    end

    # Needs DRPC.
    class DRPCTopology < Topology
      extend Missing
    end

    # Needs DRPC.
    class BatchBolt < Bolt
      extend Missing
    end

    # Needs DRPC.
    class BatchCommitterBolt < Bolt
      extend Missing
    end

    # Needs Trident.
    class BatchSpout < Spout
      extend Missing
    end
  end

  # The older name of {DSL::DRPCTopology}.
  SimpleDRPCTopology = DSL::DRPCTopology
end
