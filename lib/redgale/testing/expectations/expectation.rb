# frozen_string_literal: true

require "redgale/runtime/outcome"
require "redgale/testing/expectations/amount"
require "redgale/testing/expectations/facts"
require "redgale/testing/expectations/pattern"

module Redgale
  module Testing
    # What a test may expect: the core of the RSpec matchers and the Minitest assertions.
    # @api private
    module Expectations
      # One expectation; subclasses say what it looks at.
      class Expectation
        # Lines that a message lists.
        MOST = 20

        # @param asked [String] the matcher or assertion, for errors
        # @param expected [Array] one entry for each tuple or line; none: whatever it is
        # @param from [Class, Symbol, String, nil] component
        # @param amount [Hash] of {Amount}
        # @raise [ArgumentError]
        def initialize(asked, expected, from: nil, **amount)
          @asked = asked
          @from = from
          @amount = Amount.new(**amount)
          @patterns = expected.map { |one| pattern(one) }
        end

        # @param result [View]
        # @return [Boolean] whether it holds
        # @raise [ArgumentError] if it cannot be asked: the result is none, or has no such component, stream or field
        def met?(result)
          look(result)
          @amount.met?(@patterns, @actual)
        end

        # @param result [View]
        # @return [Boolean] whether nothing that is expected is there
        # @raise [ArgumentError] as {#met?}, and if it says how many
        def unmet?(result)
          unless @amount.plain?
            raise ArgumentError, "#{@asked} (#{@amount}) cannot be negated: what it does not say may be anything"
          end

          look(result)
          @actual.none? { |one| @patterns.empty? || @patterns.any? { |pattern| pattern.match?(one) } }
        end

        # @return [String] why {#met?} was false
        def message
          "expected #{subject} to #{wish}, but #{instead}"
        end

        # @return [String] why {#unmet?} was false
        def negative_message
          "expected #{subject} not to #{wish}, but #{instead}"
        end

        # @return [String] for people: what is expected
        def wish
          [verb, "#{what}#{where}", how, @amount.to_s].reject(&:empty?).join(" ")
        end

        private

        # What the expectation looks at, and that it can be asked.
        def look(result)
          @facts = Facts.new(result, @asked)
          @actual = actual
        end

        def what
          @patterns.empty? ? anything : @patterns.join(", ")
        end

        def subject
          id = @from && label(@from)
          id ? "`#{id}`" : own_subject
        end

        def own_subject
          @facts.own ? "`#{@facts.own}`" : "the topology"
        end

        def label(component)
          component.is_a?(Class) ? component.name || "the component" : component.to_s
        end

        def where = ""
        def how = ""

        def instead
          [listed(@actual.map { |one| line(one) }), *besides, *raised].join("\n")
        end

        def listed(lines, none: "#{past} nothing", some: past)
          return none if lines.empty?

          more = lines.size - MOST
          shown = lines.first(MOST).map { |line| "  #{line}" }
          ["#{some}:", *shown, *("  ... and #{more} more" if more.positive?)].join("\n")
        end

        def besides = []
        def errors = @facts.errors

        # What user code raised is what a test wants to know first.
        def raised
          errors = self.errors
          return [] if errors.empty?

          [listed(errors.map { |error| Runtime::Outcome.describe(error).lines.first.chomp }, some: "and raised")]
        end
      end
    end
  end
end
