# frozen_string_literal: true

module Redgale
  # Whether `with:` fits a constructor, found out before anything runs.
  # @api private
  class ConstructorCheck
    # @param initializer [UnboundMethod] the class's `initialize`
    def initialize(initializer)
      # Object's own takes whatever it is asked about, but `new` then refuses any argument
      @parameters = initializer.owner == BasicObject ? [] : initializer.parameters
    end

    # @param with [Hash, Array, nil] the arguments
    # @return [String, nil] what is wrong
    def problem(with)
      # methods written in C and `def initialize(*)` take anything
      return if @parameters == [[:rest]] || @parameters == [%i[rest *]]

      keywords = with.is_a?(Hash) ? with.keys : []
      # a Hash for a method without keywords arrives as its last positional argument
      return positional_problem([keywords.size, 1].min) if with.is_a?(Hash) && names(:key, :keyreq, :keyrest).empty?

      wrong = [positional_problem(with.is_a?(Array) ? with.size : 0), keyword_problem(keywords)].compact
      wrong.join("; ") if wrong.any?
    end

    private

    def names(*kinds)
      @parameters.select { |kind, _| kinds.include?(kind) }.map(&:last)
    end

    def positional_problem(given)
      least = names(:req).size
      most = names(:rest).any? ? Float::INFINITY : names(:req, :opt).size
      return if given.between?(least, most)

      "takes #{wanted(least, most)}, `with:` gives #{given.zero? ? 'none' : given}"
    end

    def wanted(least, most)
      return "no arguments" if most.zero?
      return "at least #{least} positional argument#{'s' if least > 1}" if most == Float::INFINITY

      "#{least == most ? least : "#{least} to #{most}"} positional argument#{'s' if most > 1}"
    end

    def keyword_problem(given)
      missing = names(:keyreq) - given
      return "needs keyword #{missing.join(', ')} (with: { #{missing.first}: ... })" if missing.any?

      unknown = names(:keyrest).any? ? [] : given - names(:key, :keyreq)
      return if unknown.empty?
      return "has no keywords, `with:` gives `#{unknown.first}`" if names(:key, :keyreq).empty?

      Suggestion.unknown("keyword", unknown.first, names(:key, :keyreq))
    end
  end
end
