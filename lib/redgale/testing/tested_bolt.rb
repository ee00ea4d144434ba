# frozen_string_literal: true

require "redgale/testing/route"
require "redgale/testing/tested_component"
require "redgale/testing/tuples"

module Redgale
  module Testing
    # A bolt that runs by itself. It gets the tuples of the test from a feeder, which does not emit them again.
    class TestedBolt < TestedComponent
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
      # @overload receive(*values, from: nil, stream: nil, to: nil)
      #   @param values [Array] the values; or one Array of them, or one Hash by field name
      #   @param from [Symbol, String, Class] the input, where there are several and the field names do not tell it
      #   @param stream [Symbol] of the input; without it the only one that the bolt reads, or `default`
      #   @param to [Integer] task, for a direct stream
      # @return [Reply] what happened
      # @raise [ArgumentError] if the values do not fit the input, or the bolt does not read it
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
        Route.check(route)
        report do
          start(tuples.first) unless @run
          way = Route.new(plan, id, route, tuples.first)
          run.feed(way.input, read(tuples, way, route[:to]))
        end
      end

      # The tuples it got whose trees are done: which it acked, if nobody reads what it emits.
      # @!method acked
      # @return [Array<Array>] their values

      private

      # The first tuple says what the fields are, unless the test did.
      def start(tuple)
        odd = tuple.is_a?(Hash) ? tuple.keys & Route::WORDS : []
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

      def read(tuples, route, to)
        fields = plan.fields(route.input)
        tuples.map { |row| Tuples.one(row, route.stream, fields, "`#{route.input}`", to: to) }
      end
    end
  end
end
