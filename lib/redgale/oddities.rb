# frozen_string_literal: true

require "redgale/suggestion"

module Redgale
  # What is odd about a definition, but not wrong: most likely it means something else than its author thinks.
  # @api private
  class Oddities
    # @param components [Array<ComponentDefinition>]
    # @param config [Hash] the topology's configuration
    # @param places [Hash] where its keys are set
    def initialize(components, config, places)
      @components = components
      @config = config
      @places = places
    end

    # @return [Array<Hash>] "message" and "at" of each
    def to_a
      own_keys_like_words + @components.select { |component| component.kind == :spout }
                                       .flat_map { |spout| without_effect(spout) }
    end

    private

    # `set "workers", 2` sets the user's own key, which is hardly what was meant.
    def own_keys_like_words
      [[@config, @places], *@components.map { |component| [component.config, component.config_at] }]
        .flat_map { |hash, places| hash.keys.map { |key| [own_key_like_word(key), places[key].to_s] } }
        .filter_map { |message, at| { "message" => message, "at" => at } if message }
    end

    def own_key_like_word(key)
      return if key.include?(".")

      if Configurator.key_of(key)
        return "`set #{key.inspect}` sets a key of your own; the engine's is `#{Configurator.key_of(key)}`, " \
               "or the word `#{key}`"
      end
      word = Suggestion.misspelt(key, Configurator.words)
      "`#{key}` is a key of your own, which the engine does not read (did you mean `#{word}`?)" if word
    end

    # Statements of a spout that its way to emit makes idle.
    def without_effect(spout)
      idle = unless_tracked(spout.handler) || unless_replayed(spout.handler)
      return [] unless idle

      reason, words = idle
      places = spout.places_of(words)
      words.map do |word|
        { "message" => "`#{word}` of `#{spout.id}` has no effect: #{reason}", "at" => places.fetch(word, spout.at) }
      end
    end

    def unless_tracked(handler)
      return if handler[:reliable]

      words = { on_ack: :ack, on_fail: :fail, max_retries: :max_retries }.select { |_, key| handler[key] }.keys
      # a tuple that is emitted by hand with an id is acked at once
      words.delete(:on_ack) unless handler[:emit]
      ["with `reliable: false` tuples are not tracked", words]
    end

    def unless_replayed(handler)
      return unless handler[:replay] == :own && handler[:max_retries]

      owner = handler[:id_first] ? "on_send(reliable: true)" : "on_fail"
      ["with `#{owner}` the spout owns its replay", [:max_retries]]
    end
  end
end
