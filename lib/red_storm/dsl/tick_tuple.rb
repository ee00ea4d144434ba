# frozen_string_literal: true

require "red_storm/dsl/tuple_methods"

module RedStorm
  module DSL
    # What a bolt gets every `topology.tick.tuple.freq.secs`: a tuple of the component `__system`, on stream `__tick`,
    # with the seconds as its only value. It cannot be acked or anchored to; both are ignored.
    class TickTuple
      extend Java::JavaNames
      include TupleMethods

      # @return [Array] the seconds
      attr_reader :values

      alias row values
      private :row
      java_names :values

      # @api private
      def initialize(seconds)
        @values = [seconds].freeze
      end

      # @return [Object] the seconds, for position 0 and field `rate_secs`
      def [](key)
        [0, "rate_secs", :rate_secs].include?(key) ? @values.first : unknown_field(key)
      end

      # @return [String]
      def component
        "__system"
      end

      # @return [Symbol]
      def stream
        :__tick
      end

      # @return [Integer]
      def task
        -1
      end

      private

      def names
        [:rate_secs]
      end
    end
  end
end
