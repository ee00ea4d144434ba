# frozen_string_literal: true

module Redgale
  module Testing
    module Expectations
      # How many of what there shall be, and whether in order.
      # @api private
      class Amount
        # @param times [Integer, nil] how often each; nil: at least once for each time it is given
        # @param only [Boolean] nothing else
        # @param in_order [Boolean] in the order given, with others between unless `only`
        # @raise [ArgumentError]
        def initialize(times: nil, only: false, in_order: false)
          unless times.nil? || (times.is_a?(Integer) && !times.negative?)
            raise ArgumentError, "a number of times is an Integer from 0, not #{times.inspect}"
          end
          raise ArgumentError, "`in_order` and a number of times do not go together" if times && in_order

          @times = times
          @only = only
          @in_order = in_order
        end

        # @return [Boolean] whether it says nothing but "at least once"
        def plain?
          !(@times || @only || @in_order)
        end

        # @param patterns [Array<#match?>] none: whatever it is
        # @param actual [Array]
        # @return [Boolean]
        def met?(patterns, actual)
          return @times ? actual.size == @times : !actual.empty? if patterns.empty?
          return counted?(patterns, actual) if @times
          return false if @only && actual.size != patterns.size

          @in_order ? in_order?(patterns, actual) : each_has_one?(patterns, actual)
        end

        # @return [String] for people: "exactly 2 times, and nothing else"
        def to_s
          parts = []
          parts << (@times == 1 ? "exactly once" : "exactly #{@times} times") if @times
          parts << "in this order" if @in_order
          parts << "and nothing else" if @only
          parts.join(", ")
        end

        private

        def counted?(patterns, actual)
          patterns.all? { |pattern| actual.count { |one| pattern.match?(one) } == @times } &&
            (!@only || actual.all? { |one| patterns.any? { |pattern| pattern.match?(one) } })
        end

        def in_order?(patterns, actual)
          left = actual.dup
          patterns.all? do |pattern|
            found = left.index { |one| pattern.match?(one) }
            found && left.shift(found + 1)
          end
        end

        # Every pattern gets one of its own. A pattern that finds all of its own taken asks their holders to move on, so
        # that a general pattern never takes the only one that a special pattern has.
        def each_has_one?(patterns, actual)
          holders = {}
          patterns.each_index.all? { |index| seat(index, patterns, actual, holders, {}) }
        end

        def seat(index, patterns, actual, holders, tried)
          actual.each_index.any? do |place|
            next if tried[place] || !patterns[index].match?(actual[place])

            tried[place] = true
            next if holders.key?(place) && !seat(holders[place], patterns, actual, holders, tried)

            holders[place] = index
          end
        end
      end
    end
  end
end
