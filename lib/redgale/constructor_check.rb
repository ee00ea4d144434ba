# frozen_string_literal: true

module Redgale
  # Whether `with:` fits a constructor, found out before anything runs.
  # @api private
  class ConstructorCheck
    # @param parameters [Array] of the initialize method, as Method#parameters gives them
    def initialize(parameters)
      @parameters = parameters
    end

    # @param with [Hash, Array, nil] the arguments
    # @return [String, nil] what is wrong
    def problem(with)
      # Object#initialize and methods written in C take anything
      return if @parameters == [[:rest]]

      positional = with.is_a?(Array) ? with.size : 0
      keywords = with.is_a?(Hash) ? with.keys : []
      positional_problem(positional) || keyword_problem(keywords)
    end

    private

    def names(*kinds)
      @parameters.select { |kind, _| kinds.include?(kind) }.map(&:last)
    end

    def positional_problem(given)
      least = names(:req).size
      most = names(:rest).any? ? Float::INFINITY : names(:req, :opt).size
      return if given.between?(least, most)

      "takes #{least == most ? least : "#{least} to #{most}"} positional arguments, `with:` gives #{given}"
    end

    def keyword_problem(given)
      missing = names(:keyreq) - given
      return "needs keyword #{missing.join(', ')} (with: { #{missing.first}: ... })" if missing.any?

      unknown = names(:keyrest).any? ? [] : given - names(:key, :keyreq)
      Suggestion.unknown("keyword", unknown.first, names(:key, :keyreq)) if unknown.any?
    end
  end
end
