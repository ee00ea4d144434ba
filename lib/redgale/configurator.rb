# frozen_string_literal: true

require "json"

module Redgale
  # What a `configure` block may say: the words of the key table, and `set` for any key.
  #
  # @example
  #   configure do |env|
  #     workers 2 if env == :cluster
  #     max_spout_pending 500
  #     set "input", "text.txt"
  #   end
  class Configurator < BasicObject
    # @api private
    attr_reader :values, :places, :problems

    # @api private
    def initialize
      @values = {}
      @places = {}
      @problems = []
    end

    # Sets any key. Keys under `topology.`, `storm.` and `redgale.` are checked; all others are the user's own.
    # @param key [String, Symbol] the full key
    # @param value [Object] anything JSON can hold
    def set(key, value)
      @values[key.to_s] = value
      @places[key.to_s] = Place.of_caller
      nil
    end

    # @api private
    def method_missing(word, *arguments, &block)
      key = Configurator.key_of(word)
      if key && arguments.size == 1
        set(key, arguments.first)
      elsif key
        problem("`#{word}` takes one value")
      elsif ::Kernel.respond_to?(word)
        ::Kernel.public_send(word, *arguments, &block)
      else
        problem(Suggestion.unknown("configuration word", word, Configurator.words))
      end
    end

    # @api private
    def respond_to_missing?(*)
      false
    end

    # Constants resolve as in ordinary code.
    # @api private
    def self.const_missing(name)
      ::Object.const_get(name)
    end

    class << self
      # The table of keys, read once from the engine.
      # @return [Array<Hash>] key, names, type, default, doc
      def keys
        @keys ||= ::JSON.parse(Native.config_keys)
      end

      # @return [Array<String>] all words, sorted
      def words
        @words ||= keys.flat_map { |row| row["names"] }.sort
      end

      # @return [String, nil] full key for a word
      def key_of(word)
        @by_word ||= keys.flat_map { |row| row["names"].map { |name| [name.to_sym, row["key"]] } }.to_h
        @by_word[word.to_sym]
      end
    end

    private

    def problem(message)
      @problems << { "message" => message, "at" => Place.of_caller }
      nil
    end
  end
end
