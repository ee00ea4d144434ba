# frozen_string_literal: true

require "redgale/suggestion"

module Redgale
  module Testing
    # The way of tuples that a test gives to a bolt: which of its inputs they come from, and on which stream.
    # @api private
    class Route
      # What the test may say about it.
      WORDS = %i[from stream to].freeze

      # @raise [ArgumentError] for other words
      def self.check(words)
        unknown = words.keys - WORDS
        return if unknown.empty?

        raise ArgumentError, "#{Suggestion.unknown('option of receive', unknown.first, WORDS)}; fields are given as " \
                             "keywords alone, or as one Hash: receive({ word: \"a\" }, stream: :errors)"
      end

      # @return [String] id of the input
      attr_reader :input
      # @return [Symbol]
      attr_reader :stream

      # @param plan [Plan]
      # @param id [String] of the bolt
      # @param words [Hash] from:, stream:, to:
      # @param tuple [Object] the first one: its field names may say which input is meant
      # @raise [ArgumentError] if the bolt does not read what the words say, or they do not say enough
      def initialize(plan, id, words, tuple)
        @plan = plan
        @id = id
        @read = plan.sources(id).map { |source| [source["component"], source["stream"].to_sym] }.uniq
        @stream = words[:stream]&.to_sym
        @input = words[:from] ? known(plan.id_of(words[:from])) : only_input(tuple)
        @stream = @stream ? read(@stream) : only_stream(tuple)
      end

      private

      def inputs
        @read.map(&:first).uniq
      end

      def streams
        @read.filter_map { |input, stream| stream if input == @input }
      end

      def known(input)
        return input if inputs.include?(input)

        raise ArgumentError, "`#{@id}` does not read `#{input}`: it reads #{list(inputs)}"
      end

      def only_input(tuple)
        return inputs.first if inputs.size == 1

        fitting = @read.select { |input, stream| (@stream.nil? || @stream == stream) && fits?(input, stream, tuple) }
        found = fitting.map(&:first).uniq
        return found.first if found.size == 1

        raise ArgumentError, "`#{@id}` has several inputs (#{list(inputs)}): say which by `from:`"
      end

      def read(stream)
        @plan.stream(@input, stream)
        return stream if streams.include?(stream)

        raise ArgumentError, "`#{@id}` does not read stream `#{stream}` of `#{@input}`: it reads #{list(streams)}"
      end

      def only_stream(tuple)
        return streams.first if streams.size == 1
        return :default if streams.include?(:default)

        found = streams.select { |stream| fits?(@input, stream, tuple) }
        return found.first if found.size == 1

        raise ArgumentError, "`#{@id}` reads several streams of `#{@input}` (#{list(streams)}): say which by `stream:`"
      end

      # Whether the names of a tuple's fields, if it has names, are those of a stream.
      def fits?(input, stream, tuple)
        return true unless tuple.is_a?(Hash)

        tuple.keys.map(&:to_s).sort == @plan.fields(input).fetch(stream.to_s).sort
      end

      def list(names)
        names.map { |name| "`#{name}`" }.join(", ")
      end
    end
  end
end
