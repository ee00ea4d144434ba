# frozen_string_literal: true

require "redgale/testing/expectations/expectation"

module Redgale
  module Testing
    module Expectations
      # A line that a component logged.
      # @api private
      class Logged < Expectation
        # What a component can log on.
        LEVELS = Log::LEVELS.map(&:to_sym).freeze

        # Level and message of a line; nil: whatever.
        Line = Struct.new(:level, :message) do
          # @return [Boolean]
          def match?(line)
            (level.nil? || line.level == level) && (message.nil? || Pattern.match?(message, line.message))
          end

          # @return [String] for people
          def to_s
            [level&.inspect, message && Pattern.describe(message)].compact.join(" ")
          end
        end

        # @param asked [String]
        # @param expected [Array] a level (Symbol), a message (String or what `===` holds for), or both
        # @param rest [Hash] as for {Expectation}
        # @raise [ArgumentError]
        def initialize(asked, expected, **rest)
          super(asked, expected.empty? ? [] : [read(asked, expected)], **rest)
        end

        private

        def read(asked, expected)
          level, message = expected.first.is_a?(Symbol) ? expected : [nil, *expected]
          unless level.nil? || LEVELS.include?(level)
            raise ArgumentError, "#{asked}: #{Suggestion.unknown('level', level, LEVELS)}"
          end
          return Line.new(level, message) if expected.size <= (level ? 2 : 1)

          raise ArgumentError, "#{asked} takes a level and a message, not #{expected.map(&:inspect).join(', ')}"
        end

        def pattern(line) = line
        def verb = "have logged"
        def past = "it logged"
        def anything = "a line"

        def actual
          @facts.logs(@from)
        end

        def line(line)
          "#{line.level} #{line.component}: #{line.message}"
        end
      end
    end
  end
end
