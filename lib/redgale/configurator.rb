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

    # A word of the key table sets its key, a class method of the topology is called; any other word is a problem.
    # @api private
    def method_missing(word, *arguments, **options, &block)
      key = Configurator.key_of(word)
      return redgale_set_word(word, key, arguments, options) if key
      return @redgale_topology.__send__(word, *arguments, **options, &block) if redgale_helper?(word)

      redgale_problem(Suggestion.unknown("configuration word", word, ["set", *Configurator.words],
                                         listed: ["set", *Configurator.useful_words]))
    end

    # @api private
    def respond_to_missing?(word, _private = false)
      !Configurator.key_of(word).nil? || redgale_helper?(word)
    end

    # Runs a `configure` block; an error in it becomes a problem.
    # @api private
    def redgale_run(block, env)
      @redgale_topology = block.binding.receiver
      instance_exec(env, &block)
    rescue StandardError, ScriptError => e
      redgale_problem("`configure` raised #{e.class}: #{e.message}", Place.of_error(e, block))
    end

    class << self
      # Whether a word is a class method that a topology's author wrote.
      # @api private
      def helper?(topology, word)
        topology.is_a?(Class) && topology < Topology && topology.respond_to?(word, true) &&
          !Topology.respond_to?(word, true)
      end

      # The table of keys, read once from the engine.
      # @return [Array<Hash>] key, names, type, default, doc
      def keys
        @keys ||= JSON.parse(Native.config_keys)
      end

      # @return [Array<String>] all words, sorted
      def words
        @words ||= keys.flat_map { |row| row["names"] }.sort
      end

      # @return [Array<String>] the words whose keys have an effect here, sorted
      def useful_words
        @useful_words ||= keys.reject { |row| row["status"] == "no_effect" }.flat_map { |row| row["names"] }.sort
      end

      # @return [String, nil] full key for a word
      def key_of(word)
        @by_word ||= keys.flat_map { |row| row["names"].map { |name| [name.to_sym, row["key"]] } }.to_h
        @by_word[word.to_sym]
      end

      # @return [Float] seconds of a key where nobody sets it
      # @raise [ArgumentError] if its default is something else
      def default_seconds(key)
        Float(keys.find { |row| row["key"] == key }["default"])
      end
    end

    private

    def redgale_set_word(word, key, arguments, options)
      arguments = [options] if arguments.empty? && options.any?
      return set(key, arguments.first) if arguments.size == 1

      redgale_problem("`#{word}` takes one value, not #{arguments.empty? ? 'none' : arguments.size}")
    end

    def redgale_helper?(word)
      Configurator.helper?(@redgale_topology, word)
    end

    def redgale_problem(message, at = Place.of_caller)
      @redgale_problems << { "message" => message, "at" => at }
      nil
    end
  end
end
