# frozen_string_literal: true

require "redgale/testing/expectations"

module Redgale
  # What `require "redgale/minitest"` brings.
  module Minitest
    # Assertions about what the testing kit returns: what `receive`, `ask`, `advance`, `feed` and `complete` return, and
    # simulations and components themselves.
    #
    # A tuple is given as an Array of its values, as a Hash of some of them by field name (in braces: keywords are
    # options), or as a bare value if it has one field. A value is equal to what is given, or `===` holds: classes,
    # patterns, ranges.
    #
    # Options of all: from: a component (class or id), whose tuples alone count; message: what is said before the
    # failure. Of each `assert_...` that takes tuples: times: each so often, no more and no less; only: true: nothing
    # else; in_order: true: in the order given, with others between them unless only: is given too.
    #
    # All raise ArgumentError for what could never hold: a component, stream or field that does not exist, a wrong
    # number of values.
    #
    # @example
    #   assert_emitted bolt.receive(word: "a"), ["a", 1], only: true
    #   assert_emitted done, { word: "a" }, from: CountBolt, times: 3
    #   assert_failed reply, ["x"], with: [ArgumentError, /no number/]
    module Assertions
      # Options that narrow.
      WHERE = %i[from message].freeze
      # Options that count.
      AMOUNT = %i[times only in_order].freeze
      private_constant :WHERE, :AMOUNT

      # Tuples were emitted, each at least once for each time it is given. Of a topology all components count, but for
      # spouts whose tuples the test gave.
      # @param result [Testing::View]
      # @param tuples [Array] none: at least one, whatever it is
      # @param options [Hash] on: stream (`default`), from:, times:, only:, in_order:, message:
      # @return [true]
      def assert_emitted(result, *tuples, **options)
        redgale_assert(result, options, allowed: [:on, *AMOUNT]) do |rest|
          Testing::Expectations::Emitted.new("assert_emitted", tuples, **rest)
        end
      end

      # None of these tuples was emitted.
      # @param result [Testing::View]
      # @param tuples [Array] none: no tuple of this stream
      # @param options [Hash] on: stream (`default`), from:, message:
      # @return [true]
      def refute_emitted(result, *tuples, **options)
        redgale_assert(result, options, allowed: [:on], negated: true) do |rest|
          Testing::Expectations::Emitted.new("refute_emitted", tuples, **rest)
        end
      end

      # Nothing was emitted, on no stream.
      # @param result [Testing::View]
      # @param options [Hash] on: one stream, from:, message:
      # @return [true]
      def assert_emitted_nothing(result, **options)
        redgale_assert(result, options, allowed: [:on]) do |rest|
          Testing::Expectations::EmittedNothing.new("assert_emitted_nothing", **rest)
        end
      end

      # Tuples of spouts are done, with all that bolts made of them. Of a bolt by itself: tuples that it got.
      # @param result [Testing::View]
      # @param tuples [Array] none: at least one, whatever it is
      # @param options [Hash] from:, times:, only:, in_order:, message:
      # @return [true]
      def assert_acked(result, *tuples, **options)
        redgale_assert(result, options, allowed: AMOUNT) do |rest|
          Testing::Expectations::Decided.new("assert_acked", :acked, tuples, **rest)
        end
      end

      # Tuples of spouts failed for good. Of a bolt by itself: tuples that it got.
      # @param result [Testing::View]
      # @param tuples [Array] none: at least one, whatever it is
      # @param options [Hash] with: what failed them: a class, a message (String or pattern), or both in an Array; nil:
      #   no exception; from:, times:, only:, in_order:, message:
      # @return [true]
      def assert_failed(result, *tuples, **options)
        redgale_assert(result, options, allowed: [:with, *AMOUNT]) do |rest|
          Testing::Expectations::Decided.new("assert_failed", :failed, tuples, **redgale_with(rest))
        end
      end

      # Tuples of spouts failed, and the engine emits them again.
      # @param result [Testing::View]
      # @param tuples [Array] none: at least one, whatever it is
      # @param options [Hash] as for {#assert_failed}
      # @return [true]
      def assert_retried(result, *tuples, **options)
        redgale_assert(result, options, allowed: [:with, *AMOUNT]) do |rest|
          Testing::Expectations::Decided.new("assert_retried", :retried, tuples, **redgale_with(rest))
        end
      end

      # A component logged a line.
      # @param result [Testing::View]
      # @param line [Array] a level (`:warn`), a message (String or pattern), or a level and a message
      # @param options [Hash] from:, times:, only:, message:
      # @return [true]
      def assert_logged(result, *line, **options)
        redgale_assert(result, options, allowed: %i[times only]) do |rest|
          Testing::Expectations::Logged.new("assert_logged", line, **rest)
        end
      end

      private

      def redgale_with(options)
        return options unless options.key?(:with)

        error = options[:with]
        options.except(:with).merge(error: error.is_a?(Array) ? error : [error])
      end

      # The block makes the expectation.
      def redgale_assert(result, options, allowed:, negated: false)
        allowed += WHERE
        unknown = options.keys - allowed
        raise ArgumentError, redgale_unknown(unknown.first, allowed) if unknown.any?

        expectation = yield options.except(:message)
        if negated
          assert(expectation.unmet?(result), message(options[:message], "") { expectation.negative_message })
        else
          assert(expectation.met?(result), message(options[:message], "") { expectation.message })
        end
      end

      def redgale_unknown(option, allowed)
        "#{Suggestion.unknown('option', option, allowed)}; a tuple by field name is given in braces: { word: \"a\" }"
      end
    end
  end
end
