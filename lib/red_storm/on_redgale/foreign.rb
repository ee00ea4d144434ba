# frozen_string_literal: true

module RedStorm
  module OnRedgale
    # What Redgale's definition reads of a RedStorm class that stands in a topology of Redgale's.
    class Foreign
      # @param name [String] of the class
      # @param at [String] "file:line" of its `spout` or `bolt`
      def initialize(name, at)
        @name = name
        @at = at
      end

      # @return [Symbol]
      def statement
        :redstorm
      end

      # @return [Hash]
      def to_h
        { callbacks: {} }
      end

      # @return [Integer]
      def values_needed
        0
      end

      # @return [Array<Hash>]
      def problems
        [{ "message" => "#{@name} is a RedStorm component: it runs in topologies that inherit from " \
                        "RedStorm::DSL::Topology; docs/migration.md says how to move it",
           "at" => @at }]
      end
    end
  end
end
