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
  class Configurator
    # @api private
    attr_reader :redgale_values, :redgale_places, :redgale_problems

    # @api private
    def initialize
      @redgale_values = {}
      @redgale_places = {}
      @redgale_problems = []
    end

    # Sets any key. Keys under `topology.`, `storm.` and `redgale.` are checked; all others are the user's own.
    # @param key [String, Symbol] the full key
    # @param value [Object] anything JSON can hold
    def set(key, value)
      @redgale_values[key.to_s] = value
      @redgale_places[key.to_s] = Place.of_caller
      nil
    end

    # A word of the key table sets its key; any other is a problem.
    # @api private
    def method_missing(word, *arguments, **, &_block)
      key = Configurator.key_of(word)
      return redgale_problem(Suggestion.unknown("configuration word", word, Configurator.words)) unless key
      return redgale_problem("`#{word}` takes one value") unless arguments.size == 1

      set(key, arguments.first)
    end

    # @api private
    def respond_to_missing?(word, _private = false)
      !Configurator.key_of(word).nil?
    end

    # Runs a `configure` block; an error in it becomes a problem.
    # @api private
    def redgale_run(block, env)
      instance_exec(env, &block)
    rescue StandardError, ScriptError => e
      redgale_problem("`configure` raised #{e.class}: #{e.message}", Place.of_error(e, block))
    end

    class << self
      # The table of keys, read once from the engine.
      # @return [Array<Hash>] key, names, type, default, doc
      def keys
        @keys ||= JSON.parse(Native.config_keys)
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

    def redgale_problem(message, at = Place.of_caller)
      @redgale_problems << { "message" => message, "at" => at }
      nil
    end
  end
end
