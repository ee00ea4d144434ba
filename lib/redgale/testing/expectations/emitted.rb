# frozen_string_literal: true

require "redgale/testing/expectations/expectation"

module Redgale
  module Testing
    module Expectations
      # Tuples that were emitted on one stream, or nothing on any.
      # @api private
      class Emitted < Expectation
        # @param on [Symbol, String, nil] stream; nil: `default`
        # @param rest [Hash] as for {Expectation}
        def initialize(asked, expected, on: nil, **rest)
          super(asked, expected, **rest)
          @on = on&.to_sym
        end

        private

        def pattern(expected) = Pattern.new(expected)
        def verb = "have emitted"
        def past = @on ? "it emitted there" : "it emitted"
        def anything = "a tuple"
        def stream = @on || :default

        def where
          @on ? " on stream `#{@on}`" : ""
        end

        def actual
          @ids = @facts.sources(@from)
          @all = @facts.emitted(@ids)
          check(declared)
          @all.select { |entry| entry.stream == stream }
        end

        # @return [Array<Array<Symbol>>] the fields that tuples of this stream can have
        def declared
          found = @ids.filter_map { |id| @facts.fields(id)[stream.to_s]&.map(&:to_sym) }
          return found unless @on && found.empty?

          streams = @ids.flat_map { |id| @facts.fields(id).keys }.uniq
          raise ArgumentError, "#{@asked}: no stream `#{@on}`#{Suggestion.for(@on, streams)}; #{names(@ids)} " \
                               "declares #{streams.empty? ? 'none' : names(streams)}"
        end

        # What no tuple can be like is a slip in the test, and would hold for ever if it is negated.
        def check(fields)
          odd = @patterns.find { |pattern| fields.any? && fields.none? { |list| pattern.fits?(list) } }
          return unless odd

          raise ArgumentError, "#{@asked}: #{odd} cannot be a tuple of stream `#{stream}` of #{names(@ids)}, which " \
                               "has #{fields.uniq.map { |list| "(#{list.map(&:inspect).join(', ')})" }.join(' or ')}"
        end

        def names(list)
          list.map { |name| "`#{name}`" }.join(", ")
        end

        def line(entry)
          values = Pattern.describe(by_name? ? entry.names.first.zip(entry.values).to_h : entry.values)
          @ids.size == 1 ? values : "#{entry.component} #{values}"
        end

        def by_name?
          @patterns.any?(&:by_name?)
        end

        def besides
          others = @all.reject { |entry| entry.stream == stream }
          return [] if others.empty?

          [listed(others.map { |entry| "#{entry.stream} #{line(entry)}" }, some: "and on other streams")]
        end
      end

      # No tuple, on whatever stream.
      # @api private
      class EmittedNothing < Emitted
        # @param asked [String]
        # @param rest [Hash] from:, on:
        def initialize(asked, **rest)
          super(asked, [], **rest)
        end

        # @return [Boolean]
        def met?(result)
          look(result)
          @actual.empty?
        end

        # @return [Boolean]
        def unmet?(result)
          !met?(result)
        end

        private

        def what = "nothing"

        def actual
          super
          @on ? @all.select { |entry| entry.stream == @on } : @all
        end

        def line(entry)
          @on || entry.stream == :default ? super : "#{entry.stream} #{super}"
        end

        def besides = []
      end
    end
  end
end
