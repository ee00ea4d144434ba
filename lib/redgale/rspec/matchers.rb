# frozen_string_literal: true

require "redgale/rspec/matcher"

module Redgale
  # What `require "redgale/rspec"` brings.
  module RSpec
    # Matchers for what the testing kit returns: what `receive`, `ask`, `advance`, `feed` and `complete` return, and
    # simulations and components themselves.
    #
    # A tuple is given as an Array of its values, as a Hash of some of them by field name, or as a bare value if it has
    # one field. A value is equal to what is given, or `===` holds: classes, patterns, ranges, RSpec's own matchers.
    #
    # All can be narrowed and counted, see {Matcher}. All raise ArgumentError for what could never hold: a component,
    # stream or field that does not exist, a wrong number of values.
    #
    # @example
    #   expect(bolt.receive(word: "a")).to have_emitted(["a", 1]).only
    #   expect(done).to have_emitted({ word: "a" }).from(CountBolt).times(3)
    #   expect(reply).to have_failed(["x"]).with(ArgumentError, /no number/)
    module Matchers
      # Tuples were emitted, each at least once for each time it is given. Of a topology all components count, but for
      # spouts whose tuples the test gave; see {EmittedMatcher#from}. Streams other than `default` are named by
      # {EmittedMatcher#on}.
      # @param tuples [Array] none: at least one, whatever it is
      # @return [EmittedMatcher]
      def have_emitted(*tuples) # rubocop:disable Naming/PredicateName -- RSpec's way
        EmittedMatcher.new(Testing::Expectations::Emitted, "have_emitted", tuples)
      end

      # Nothing was emitted, on no stream.
      # @return [EmittedMatcher]
      def have_emitted_nothing # rubocop:disable Naming/PredicateName -- RSpec's way
        EmittedMatcher.new(Testing::Expectations::EmittedNothing, "have_emitted_nothing")
      end

      # Tuples of spouts are done, with all that bolts made of them. Of a bolt by itself: tuples that it got.
      # @param tuples [Array] none: at least one, whatever it is
      # @return [Matcher]
      def have_acked(*tuples) # rubocop:disable Naming/PredicateName -- RSpec's way
        Matcher.new(Testing::Expectations::Decided, "have_acked", :acked, tuples)
      end

      # Tuples of spouts failed for good: nobody emits them again, but perhaps the spout itself. Of a bolt by itself:
      # tuples that it got.
      # @param tuples [Array] none: at least one, whatever it is
      # @return [FailedMatcher]
      def have_failed(*tuples) # rubocop:disable Naming/PredicateName -- RSpec's way
        FailedMatcher.new(Testing::Expectations::Decided, "have_failed", :failed, tuples)
      end

      # Tuples of spouts failed, and the engine emits them again.
      # @param tuples [Array] none: at least one, whatever it is
      # @return [FailedMatcher]
      def have_retried(*tuples) # rubocop:disable Naming/PredicateName -- RSpec's way
        FailedMatcher.new(Testing::Expectations::Decided, "have_retried", :retried, tuples)
      end

      # A component logged a line.
      # @param line [Array] a level (`:warn`), a message (String, pattern, matcher), or a level and a message
      # @return [Matcher]
      # @raise [ArgumentError] for an unknown level
      def have_logged(*line) # rubocop:disable Naming/PredicateName -- RSpec's way
        Matcher.new(Testing::Expectations::Logged, "have_logged", line)
      end
    end
  end
end
