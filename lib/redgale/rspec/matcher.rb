# frozen_string_literal: true

require "rspec/matchers"
require "redgale/testing/expectations"

module Redgale
  module RSpec
    # An expectation of the testing kit as a matcher of RSpec: it can be narrowed and counted, and combined by `and`,
    # `or` and inside of other matchers.
    class Matcher
      include ::RSpec::Matchers::Composable

      # @param kind [Class] of {Testing::Expectations}
      # @param arguments [Array] its arguments
      # @api private
      def initialize(kind, *arguments)
        @kind = kind
        @arguments = arguments
        @options = {}
        expectation # refuses what can never hold where it stands
      end

      # Only what this component did.
      # @param component [Class, Symbol, String]
      # @return [self]
      def from(component)
        with_option(from: component)
      end

      # Each that is given so often, no more and no less.
      # @param number [Integer] from 0
      # @return [self]
      # @raise [ArgumentError] if it is none
      def times(number)
        with_option(times: number)
      end

      # @return [self]
      def once
        times(1)
      end

      # @return [self]
      def twice
        times(2)
      end

      # Nothing else, in whatever order.
      # @return [self]
      def only
        with_option(only: true)
      end

      # In the order given; with others between them, unless {#only} is said too.
      # @return [self]
      def in_order
        with_option(in_order: true)
      end

      # @api private
      def matches?(actual)
        expectation.met?(actual)
      end

      # @api private
      def does_not_match?(actual)
        expectation.unmet?(actual)
      end

      # @api private
      def failure_message
        expectation.message
      end

      # @api private
      def failure_message_when_negated
        expectation.negative_message
      end

      # @return [String] for people
      def description
        expectation.wish
      end

      private

      def with_option(option)
        @options = @options.merge(option)
        @expectation = nil
        expectation
        self
      end

      def expectation
        @expectation ||= @kind.new(*@arguments, **@options)
      end
    end

    # Of what was emitted.
    class EmittedMatcher < Matcher
      # Tuples of this stream; without it those of `default`.
      # @param stream [Symbol, String]
      # @return [self]
      def on(stream)
        with_option(on: stream)
      end
    end

    # Of tuples that failed.
    class FailedMatcher < Matcher
      # @param error [Array] a class, a message (String, pattern, matcher), or a class and a message; nil: a tuple that
      #   timed out or was failed by `fail(tuple)`, without an exception
      # @return [self]
      # @raise [ArgumentError] for anything else
      def with(*error)
        with_option(error: error)
      end
    end
  end
end
