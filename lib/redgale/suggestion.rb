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

    # Edits between a word and a misspelling of it: one from 6 letters, two from 10.
    MOST_EDITS = { 10 => 2, 6 => 1 }.freeze

    # The word that another one most likely is meant to be: stricter than {for}.
    # @return [String, nil]
    def self.misspelt(word, allowed)
      require "did_you_mean"
      plain = word.gsub(/([a-z\d])([A-Z])/, '\1_\2').tr("-", "_").downcase
      allowed.find do |other|
        most = MOST_EDITS.find { |length, _| other.size >= length }&.last
        most && (other.size - plain.size).abs <= most && DidYouMean::Levenshtein.distance(plain, other) <= most
      end
    rescue LoadError
      nil
    end

    # What to say of a word that is not in a list; `listed` are those that are shown.
    def self.unknown(what, word, allowed, listed: allowed)
      "unknown #{what} `#{word}`#{self.for(word, allowed)}; allowed: #{listed.join(', ')}"
    end
  end
end
