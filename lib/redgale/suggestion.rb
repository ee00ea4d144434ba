# frozen_string_literal: true

module Redgale
  # The "did you mean" part of an error.
  # @api private
  module Suggestion
    # " (did you mean `x`?)" or "".
    def self.for(word, allowed)
      require "did_you_mean"
      nearest = DidYouMean::SpellChecker.new(dictionary: allowed.map(&:to_s)).correct(word.to_s).first
      nearest ? " (did you mean `#{nearest}`?)" : ""
    rescue LoadError
      ""
    end

    # What to say of a word that is not in a list; `listed` are those that are shown.
    def self.unknown(what, word, allowed, listed: allowed)
      "unknown #{what} `#{word}`#{self.for(word, allowed)}; allowed: #{listed.join(', ')}"
    end
  end
end
