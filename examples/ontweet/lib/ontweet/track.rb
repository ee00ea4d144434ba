# frozen_string_literal: true

module Ontweet
  # The terms to look for. A term is one or more words; a post matches a term if it has all of its words, in any order
  # and case, and it matches at all if it matches any term, or if there are none.
  class Track
    # @param terms [Array<String>, String, nil] a String holds terms separated by commas
    def initialize(terms)
      list = terms.is_a?(String) ? terms.split(",") : Array(terms)
      @terms = list.map { |term| term.to_s.strip }.reject(&:empty?).freeze
      @words = @terms.map { |term| words(term) }
    end

    # @return [Array<String>]
    attr_reader :terms

    # @param tweet [Tweet]
    # @return [Boolean]
    def match?(tweet)
      return true if @terms.empty?

      present = words(tweet.text) | (tweet.hashtags || []).flat_map { |tag| words("##{tag}") }
      @words.any? { |words| (words - present).empty? }
    end

    # @return [String, nil] the hashtag, without `#`, if one hashtag is all that is asked for
    def only_hashtag
      @terms.first.delete_prefix("#") if @terms.size == 1 && @terms.first.match?(/\A#[\p{L}\p{M}\p{N}_]+\z/)
    end

    private

    # "Ruby #Storm" has the words ruby, #storm and storm: who looks for a word finds the hashtag, too, but who looks for
    # the hashtag does not find the word.
    def words(text)
      found = text.downcase.scan(/#?[\p{L}\p{M}\p{N}_']+/)
      found | found.map { |word| word.delete_prefix("#") }
    end
  end
end
