# frozen_string_literal: true

require "red_storm/java/config"

module RedStorm
  # What a `configure` block may say: every word `foo_bar value` calls `setFooBar(value)` of the wrapped configuration.
  class Configurator
    # @return [Java::Config] what was configured
    attr_reader :config

    # @param defaults [Hash] values to begin with
    def initialize(defaults = {})
      @config = Java::Config.new
      defaults.each { |key, value| @config.put(key.to_s, value) }
    end

    # Sets any key.
    # @param attribute [String, Symbol] the full key
    # @param value [Object]
    def set(attribute, value)
      @config.put(attribute.to_s, value)
    end

    # @raise [NoMethodError] naming the setter, if there is none for this word
    def method_missing(word, *arguments)
      @config.public_send(setter(word), *arguments)
    end

    # @api private
    def respond_to_missing?(word, private = false)
      @config.respond_to?(setter(word)) || super
    end

    private

    # max_task_parallelism -> setMaxTaskParallelism.
    def setter(word)
      "set#{word.to_s.gsub(/(?:\A|_|\.)(.)/) { Regexp.last_match(1).upcase }}"
    end
  end
end
