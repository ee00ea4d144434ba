# frozen_string_literal: true

require "forwardable"
require "redgale/testing/expectations/expectation"

module Redgale
  module Testing
    module Expectations
      # Tuples of spouts that were acked, that failed, or that failed and are emitted again.
      # @api private
      class Decided < Expectation
        # Word => outcomes of {Verdict}.
        OUTCOMES = { acked: %i[acked], failed: %i[failed given_up], retried: %i[retried] }.freeze
        # How they are called in messages.
        PAST = { acked: "these were acked", failed: "these failed",
                 retried: "these failed and are emitted again" }.freeze

        # @param word [Symbol] of {OUTCOMES}
        # @param error [Array, nil] what failed it: a class, a message, or both; [nil]: no exception; nil: whatever
        # @param rest [Hash] as for {Expectation}
        def initialize(asked, word, expected, error: nil, **rest)
          @word = word
          @error = error && FailedBy.new(error)
          @any = expected.empty?
          super(asked, @any && error ? [Object] : expected, **rest)
        end

        private

        def pattern(expected)
          @error ? WithError.new(Pattern.new(expected), @error) : Pattern.new(expected)
        end

        def verb = "have #{@word}"
        def past = @word.to_s
        def anything = "a tuple"

        def what
          @any ? anything : super
        end

        def how
          @error ? "with #{@error}" : ""
        end

        def look(result)
          @result = result
          super
        end

        def actual
          fields = @facts.spout_fields(@from)
          odd = @patterns.find { |pattern| fields.none? { |list| pattern.fits?(list) } }
          return @facts.decided(@from, OUTCOMES.fetch(@word)) unless odd

          raise ArgumentError, "#{@asked}: #{odd} cannot be a tuple of #{@from ? subject : 'a spout'}: there are " \
                               "#{fields.uniq.map { |list| "(#{list.map(&:inspect).join(', ')})" }.join(', ')}"
        end

        def instead
          lines = OUTCOMES.map do |word, outcomes|
            listed(@facts.decided(@from, outcomes).map { |entry| line(entry) }, none: nil, some: PAST.fetch(word))
          end
          lines << listed(pending, none: nil, some: "these are pending")
          lines.compact!
          lines << "no tuple was acked, failed, or is pending" if lines.empty?
          [*lines, *raised].join("\n")
        end

        # Those of failed tuples are told there.
        def errors
          super - @facts.decided(@from, %i[failed given_up retried]).map(&:error)
        end

        def pending
          @result.respond_to?(:pending) ? @result.pending(@from).map { |values| Pattern.describe(values) } : []
        end

        def line(entry)
          named = @patterns.any?(&:by_name?) && entry.names.find { |names| names.size == entry.values.size }
          values = Pattern.describe(named ? named.zip(entry.values).to_h : entry.values)
          entry.error ? "#{values}: #{entry.error.class}: #{entry.error.message}" : values
        end
      end

      # A tuple and what it failed with.
      # @api private
      WithError = Struct.new(:pattern, :error) do
        extend Forwardable
        def_delegators :pattern, :fits?, :by_name?, :to_s

        # @param entry [Facts::Entry]
        # @return [Boolean]
        def match?(entry)
          pattern.match?(entry) && error.match?(entry.error)
        end
      end

      # The exception that a tuple failed with.
      # @api private
      class FailedBy
        # @param given [Array] a class, a message (String or what `===` holds for), both; nil; or what the exception
        #   shall be like
        # @raise [ArgumentError]
        def initialize(given)
          @kind, @message = given
          return unless given.empty? || given.size > 2 || (given.size == 2 && !@kind.is_a?(Module))

          raise ArgumentError, "an error is given as a class, a message, or a class and a message, not as " \
                               "#{given.map(&:inspect).join(', ')}"
        end

        # @param error [Exception, nil]
        # @return [Boolean]
        def match?(error)
          case @kind
          when nil then error.nil?
          when Module then error.is_a?(@kind) && (@message.nil? || message?(@message, error))
          when String, Regexp then !error.nil? && message?(@kind, error)
          else Pattern.match?(@kind, error)
          end
        end

        # @return [String] for people
        def to_s
          return "no error" if @kind.nil?

          [@kind, @message].compact.map { |part| Pattern.describe(part) }.join(" ")
        end

        private

        def message?(expected, error)
          Pattern.match?(expected, error.message)
        end
      end
    end
  end
end
