# frozen_string_literal: true

module RedStorm
  module DSL
    # What a bolt gets every `topology.tick.tuple.freq.secs`: a tuple of the component `__system`, on stream `__tick`,
    # with the seconds as its only value. It cannot be acked or anchored to; both are ignored.
    class TickTuple
      extend Java::JavaNames

      # @return [Array] the seconds
      attr_reader :values

      # @api private
      def initialize(seconds)
        @values = [seconds].freeze
      end

      # @return [Object] the seconds, for position 0 and field `rate_secs`
      def [](key)
        return @values.first if [0, "rate_secs", :rate_secs].include?(key)

        raise Java::IndexOutOfBoundsException, "Index: #{key}, Size: 1" if key.is_a?(Integer)

        raise Java::IllegalArgumentException, "#{key} does not exist"
      end
      alias value []
      alias get_value []

      # @return [Java::Fields]
      def fields
        Java::Fields.new("rate_secs")
      end

      # @return [String]
      def source_component
        "__system"
      end
      alias component source_component

      # @return [String]
      def source_stream_id
        "__tick"
      end

      # @return [Integer]
      def source_task
        -1
      end

      # @return [Integer]
      def size
        1
      end

      # @return [String] as Storm writes it
      def to_s
        "source: __system:-1, stream: __tick, id: {}, [#{@values.first}]"
      end

      java_names :values, :fields, :source_component, :source_stream_id, :source_task
    end
  end
end
