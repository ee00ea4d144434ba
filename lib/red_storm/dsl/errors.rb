# frozen_string_literal: true

module RedStorm
  # Components and topologies as RedStorm 0.6.6 and 0.7 have them.
  module DSL
    # Something is wrong with a spout.
    class SpoutError < StandardError; end

    # Something is wrong with a bolt.
    class BoltError < StandardError; end

    # A tuple has nothing under such a key.
    class TupleError < StandardError; end

    # Something is wrong with a topology.
    class TopologyDefinitionError < StandardError; end
  end
end
