# frozen_string_literal: true

module Redgale
  module Testing
    module Expectations
      # What a value or a tuple shall be like: it is equal, or `===` holds (a class, a pattern, a range, a matcher of
      # RSpec), also inside of Arrays and Hashes.
      # @api private
      class Pattern
        class << self
          # @return [Boolean]
          def match?(expected, actual)
            case expected
            when Array then expected == actual || arrays?(expected, actual)
            when Hash then expected == actual || hashes?(expected, actual)
            else expected == actual || expected === actual # rubocop:disable Style/CaseEquality -- that is the rule
            end
          end

          # @return [String] for people
          def describe(expected)
            case expected
            when Array then "[#{expected.map { |one| describe(one) }.join(', ')}]"
            when Hash then "{#{expected.map { |key, one| "#{key(key)}#{describe(one)}" }.join(', ')}}"
            else matcher?(expected) ? expected.description : expected.inspect
            end
          end

          private

          def arrays?(expected, actual)
            actual.is_a?(Array) && expected.size == actual.size &&
              expected.zip(actual).all? { |one, other| match?(one, other) }
          end

          def hashes?(expected, actual)
            actual.is_a?(Hash) && expected.size == actual.size &&
              expected.all? { |key, one| actual.key?(key) && match?(one, actual[key]) }
          end

          def key(key)
            key.is_a?(Symbol) ? "#{key}: " : "#{key.inspect} => "
          end

          def matcher?(expected)
            expected.respond_to?(:matches?) && expected.respond_to?(:description)
          end
        end

        # @param expected [Array, Hash, Object] values by position; some of them by field name; or a bare value, or what
        #   the whole Array shall be like
        def initialize(expected)
          @expected = expected.is_a?(Hash) ? expected.transform_keys(&:to_sym) : expected
        end

        # @param entry [Facts::Entry]
        # @return [Boolean]
        def match?(entry)
          case @expected
          when Hash then entry.names.any? { |names| by_name?(names, entry.values) }
          when Array then self.class.match?(@expected, entry.values)
          else bare?(entry.values)
          end
        end

        # @return [Boolean] whether a tuple with these fields could be one
        def fits?(names)
          case @expected
          when Hash then (@expected.keys - names).empty?
          when Array then @expected.size == names.size
          else true
          end
        end

        # @return [Boolean] whether tuples are named by field
        def by_name?(names = nil, values = nil)
          return @expected.is_a?(Hash) unless names
          return false unless names.size == values.size && fits?(names)

          actual = names.zip(values).to_h
          @expected.all? { |name, one| self.class.match?(one, actual[name]) }
        end

        # @return [String] for people
        def to_s
          self.class.describe(@expected)
        end

        private

        def bare?(values)
          (values.size == 1 && self.class.match?(@expected, values.first)) || self.class.match?(@expected, values)
        end
      end
    end
  end
end
