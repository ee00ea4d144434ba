# frozen_string_literal: true

require "red_storm/java/fields"

module RedStorm
  module Java
    # backtype.storm.topology.OutputFieldsDeclarer: hears which streams a component has.
    class OutputFieldsDeclarer
      extend JavaNames

      # @return [Hash{String => Fields}]
      attr_reader :streams
      # @return [Array<String>] the streams that are direct
      attr_reader :direct

      def initialize
        @streams = {}
        @direct = []
      end

      # `declare(fields)` or `declare(direct, fields)`: stream `default`.
      def declare(*arguments)
        declare_stream("default", *arguments)
      end

      # `declare_stream(name, fields)` or `declare_stream(name, direct, fields)`.
      def declare_stream(name, *arguments)
        fields = arguments.pop
        @streams[name.to_s] = fields.is_a?(Fields) ? fields : Fields.new(*fields)
        @direct << name.to_s if arguments.first
        nil
      end

      java_names
    end
  end
end
