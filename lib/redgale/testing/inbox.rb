# frozen_string_literal: true

module Redgale
  module Testing
    # What readers of a spout got and did not ack or fail yet.
    # @api private
    class Inbox
      # One tuple, and the reader that got it.
      Delivery = Struct.new(:tuple, :reader)

      # For readers that keep nothing.
      ACK = ->(tuple, reader) { reader.ack(tuple) }

      attr_reader :replayed

      def initialize
        @open = {}.compare_by_identity
        @seen = {}.compare_by_identity
        @replayed = []
      end

      # A reader got a tuple.
      def call(tuple, reader)
        readers = @seen[tuple.values] ||= {}.compare_by_identity
        replayed << tuple.values if readers.key?(reader) && readers.keys.first.equal?(reader)
        readers[reader] = true
        (@open[tuple.values] ||= {}.compare_by_identity)[reader] = tuple
      end

      # @param values [Array] the very values of an emitted tuple
      # @return [Hash{StandIn::Reader => Tuple}, nil] who got them; they are forgotten here
      def take(values)
        @open.delete(values)
      end
    end
  end
end
