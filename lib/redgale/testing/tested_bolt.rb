# frozen_string_literal: true

require "redgale/testing/tested_component"
require "redgale/testing/tuples"

module Redgale
  module Testing
    # A bolt that runs by itself. It gets the tuples of the test from a feeder, which does not emit them again.
    class TestedBolt < TestedComponent
      # Where a tuple comes from.
      ROUTE = %i[from stream to].freeze
      private_constant :ROUTE

      # Gives it one tuple, and lets everything happen that needs no time.
      #
      # Keywords are fields, unless the values come first: then they say the way of the tuple.
      #
      # @example
      #   bolt.receive(word: "a")
      #   bolt.receive("a")
      #   bolt.receive({ reason: "empty" }, stream: :errors)
      #   bolt.receive([1, "Ann"], from: :users)
      # @overload receive(**fields)
      #   @param fields [Hash{Symbol => Object}] values by field name
      # @overload receive(*values, from: nil, stream: :default, to: nil)
      #   @param values [Array] the values; or one Array of them, or one Hash by field name
      #   @param from [Symbol, String, Class] the input, where there are several
      #   @param stream [Symbol] of the input
      #   @param to [Integer] task, for a direct stream
      # @return [Reply] what happened
      # @raise [ArgumentError] if the values do not fit the input
      # @raise [WorkerEnded, Exception] what the bolt raised, if it ended the worker
      def receive(*values, **options)
        return receive_all([options]) if values.empty?

        receive_all([values.size == 1 ? values.first : values], **options)
      end

      # Gives it several tuples at once; `on_batch` gets them together.
      #
      # @param tuples [Enumerable] Arrays of values, or Hashes by field name
      # @param route [Hash] from:, stream:, to: as for {#receive}
      # @return [Reply] what happened
      # @raise [ArgumentError, WorkerEnded, Exception] as {#receive}
      def receive_all(tuples, **route)
        check_route(route)
        report do
          start(tuples.first) unless @run
          input = route[:from] ? plan.id_of(route[:from]) : inputs.first
          run.feed(input, read(input, tuples, route))
        end
      end

      # The tuples it got whose trees are done: which it acked, if nobody reads what it emits.
      # @!method acked
      # @return [Array<Array>] their values

      private

      def check_route(route)
        unknown = route.keys - ROUTE
        return if unknown.empty?

        raise ArgumentError, "#{Suggestion.unknown('option of receive', unknown.first, ROUTE)}; fields are given as " \
                             "keywords alone, or as one Hash: receive({ word: \"a\" }, stream: :errors)"
      end

      # The first tuple says what the fields are, unless the test did.
      def start(tuple)
        odd = tuple.is_a?(Hash) ? tuple.keys & ROUTE : []
        fields = tuple.keys if tuple.is_a?(Hash) && odd.empty?
        @run = @rig.run(fields) if fields
        raise ArgumentError, <<~TEXT.tr("\n", " ").strip if odd.any?
          is `#{odd.first}` a field? Then name the fields: component(..., fields: [...]). Else give the values first:
          receive({ word: "a" }, #{odd.first}: ...)
        TEXT
        return if fields

        raise ArgumentError, "the fields of #{tuple.inspect} are not known: name them by " \
                             "`component(..., fields: [...])`, or give the first tuple by name"
      end

      def inputs
        plan.sources(id).map { |source| source["component"] }.uniq
      end

      def read(input, tuples, route)
        check_input(input)
        fields = plan.fields(input)
        tuples.map { |row| Tuples.one(row, route.fetch(:stream, :default), fields, "`#{input}`", to: route[:to]) }
      end

      def check_input(input)
        return if inputs.include?(input)

        raise ArgumentError, "`#{id}` does not read `#{input}`: it reads #{inputs.map { |one| "`#{one}`" }.join(', ')}"
      end
    end
  end
end
