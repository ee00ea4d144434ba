# frozen_string_literal: true

require "redgale/place"
require "red_storm/java/declarers"

module RedStorm
  module Java
    # backtype.storm.topology.TopologyBuilder: puts components together.
    class TopologyBuilder
      extend JavaNames

      def initialize
        @declarers = []
      end

      # @param id [String, Symbol]
      # @param spout [JRubySpout, JRubyShellSpout, Object] the last: an object with a spout's methods; each task gets a
      #   copy
      # @param parallelism [Integer] executors
      # @return [SpoutDeclarer]
      def set_spout(id, spout, parallelism = 1)
        add(SpoutDeclarer.new(id, spout, parallelism))
      end

      # @param id [String, Symbol]
      # @param bolt [JRubyBolt, JRubyShellBolt, Object]
      # @param parallelism [Integer] executors
      # @return [BoltDeclarer] takes groupings and configuration
      def set_bolt(id, bolt, parallelism = 1)
        add(BoltDeclarer.new(id, bolt, parallelism))
      end

      # @return [StormTopology]
      def create_topology
        StormTopology.new(@declarers.dup)
      end

      java_names

      private

      def add(declarer)
        taken = @declarers.find { |other| other.id == declarer.id }&.kind
        raise IllegalArgumentException, "#{taken.capitalize} has already been declared for id #{declarer.id}" if taken

        @declarers << declarer
        declarer
      end
    end

    # backtype.storm.generated.StormTopology: what can be submitted.
    StormTopology = Struct.new(:components)
  end
end
