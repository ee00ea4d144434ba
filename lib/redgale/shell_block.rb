# frozen_string_literal: true

require "redgale/component_block"

module Redgale
  # What the block of `shell` may say: sources, streams, configuration and `tick`. The rest is the program's own.
  # @api private
  class ShellBlock < ComponentBlock
    WORDS = [*OWN, :tick].freeze

    # Sends the program a tick tuple regularly: `tick every: 5`.
    # @param options [Hash] every: seconds
    def tick(**options)
      unless options.keys == [:every] && options[:every].is_a?(Numeric) && options[:every].real? &&
             options[:every].positive?
        return redgale_problem("`tick` takes `every:`, seconds above 0")
      end

      set(ComponentDefinition::TICK_KEY, Float(options[:every]))
    end

    # Configuration words and class methods of the topology; everything else is unknown.
    # @api private
    def method_missing(word, *arguments, **options, &block)
      key = Configurator.key_of(word)
      return redgale_set_word(word, key, arguments) if key
      return @redgale_topology.__send__(word, *arguments, **options, &block) if redgale_helper?(word)

      id = @redgale_component.id
      return redgale_problem(redgale_option(word, arguments)) if ShellDefinition::OPTIONS.include?(word)
      return redgale_problem("`#{word}` is for components in Ruby: `#{id}` is a program") if redgale_statement?(word)

      redgale_problem(Suggestion.unknown("word in the block of `#{id}`", word, WORDS))
    end

    # @api private
    def respond_to_missing?(word, _private = false)
      !Configurator.key_of(word).nil? || redgale_helper?(word)
    end

    private

    def redgale_option(word, arguments)
      value = arguments.empty? ? "..." : arguments.first.inspect
      "`#{word}` is an option of `shell`, not a word of its block: shell(..., #{word}: #{value})"
    end
  end
end
