# frozen_string_literal: true

module RedStorm
  module OnRedgale
    # Who reads a component, and what it reads.
    class Neighbours
      # @param part [Part]
      # @param parts [Array<Part>] of the whole topology
      def initialize(part, parts)
        @part = part
        @parts = parts
      end

      # @return [Array<Java::BoltDeclarer::Source>] the subscriptions to its streams
      def readers
        readers_of(@part.id)
      end

      # Whether others may hold a String that it reads: what comes from spouts, which often emit what they keep; what
      # several bolts or tasks get; and what stands in a tuple beside other values, where several tuples often share one
      # of them. A String that a bolt emits by itself to one other has been handed over.
      # @return [Boolean]
      def shared_input?
        @part.sources.any? do |source|
          emitter = @parts.find { |part| part.id == source.component }
          emitter.nil? || emitter.sources.empty? || emitter.width(source.stream) != 1 ||
            source.grouping == :all || several_read?(source)
        end
      end

      private

      def readers_of(id)
        @parts.flat_map(&:sources).select { |source| source.component == id }
      end

      def several_read?(source)
        readers_of(source.component).count { |other| other.stream == source.stream } > 1
      end
    end
  end
end
