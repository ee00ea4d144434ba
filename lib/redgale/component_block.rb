# frozen_string_literal: true

require "redgale/constructor_check"
require "redgale/grouping"

module Redgale
  # What the block of `spout` or `bolt` may say: sources, streams, configuration, and every statement of a component
  # class. The latter go to an anonymous subclass, so that the class itself is not changed.
  # @api private
  class ComponentBlock
    OWN = %i[source output_fields stream set].freeze

    # @api private
    attr_reader :redgale_sources, :redgale_streams, :redgale_config, :redgale_config_at, :redgale_problems,
                :redgale_target

    # @api private
    def initialize(component, block)
      @redgale_component = component
      @redgale_target = component.klass
      @redgale_sources = []
      @redgale_streams = {}
      @redgale_config = {}
      @redgale_config_at = {}
      @redgale_problems = []
      redgale_run(block) if block
    end

    # Reads a stream: `source Split, :shuffle`, `source :split, fields: [:word]`,
    # `source Split, :shuffle, stream: :errors`.
    # @param component [Class, Symbol, String] a component class or id
    # @param kind [Symbol, nil] a grouping without arguments
    # @param stream [Symbol] name of the stream
    # @param options [Hash] fields:, partial_key: or custom:
    def source(component = nil, kind = nil, stream: :default, **options)
      own = @redgale_component.id
      grouping = redgale_wrong_source(component, stream) || Grouping.read(kind, options)
      return redgale_problem("source of `#{own}`: #{grouping}") if grouping.is_a?(String)

      @redgale_sources << [component, grouping, stream.to_s, Place.of_caller]
      nil
    end

    # Overrides the class's fields of stream `default`.
    def output_fields(*fields)
      stream(:default, *fields)
    end

    # Declares a stream for this component.
    def stream(name, *fields, **options)
      declared = Statements.redgale_stream(name, fields, options)
      return redgale_problem(declared) if declared.is_a?(String)

      @redgale_streams[name.to_s] = declared
      nil
    end

    # Sets a configuration key for this component.
    def set(key, value)
      @redgale_config[key.to_s] = value
      @redgale_config_at[key.to_s] = Place.of_caller
      nil
    end

    # Everything else is a configuration word, a statement of a component class, a class method of the topology, or
    # unknown.
    def method_missing(word, *arguments, **options, &block)
      key = Configurator.key_of(word)
      return redgale_set_word(word, key, arguments) if key
      return redgale_subclass.public_send(word, *arguments, **options, &block) if redgale_statement?(word)
      return @redgale_topology.__send__(word, *arguments, **options, &block) if redgale_helper?(word)

      return redgale_problem(redgale_option(word, arguments)) if ComponentDefinition::OPTIONS.include?(word)

      kind = @redgale_component.kind
      allowed = (OWN + redgale_subclass.redgale_words(kind)).uniq
      allowed -= [:source] if kind == :spout
      redgale_problem(Suggestion.unknown("word in the block of `#{@redgale_component.id}`", word, allowed))
    end

    # @api private
    def respond_to_missing?(word, _private = false)
      redgale_statement?(word) || !Configurator.key_of(word).nil? || redgale_helper?(word)
    end

    private

    def redgale_run(block)
      @redgale_topology = block.binding.receiver
      instance_exec(&block)
    rescue StandardError, ScriptError => e
      redgale_problem("the block of `#{@redgale_component.id}` raised #{e.class}: #{e.message}",
                      Place.of_error(e, block))
    end

    def redgale_set_word(word, key, arguments)
      return set(key, arguments.first) if arguments.size == 1

      redgale_problem("`#{word}` takes one value, not #{arguments.empty? ? 'none' : arguments.size}")
    end

    # `bolt(Split) { parallelism 3 }`.
    def redgale_option(word, arguments)
      kind, klass = @redgale_component.then { |component| [component.kind, component.klass.name || "..."] }
      value = arguments.empty? ? "..." : arguments.first.inspect
      "`#{word}` is an option of `#{kind}`, not a word of its block: #{kind}(#{klass}, #{word}: #{value})"
    end

    def redgale_helper?(word)
      Configurator.helper?(@redgale_topology, word)
    end

    def redgale_wrong_source(component, stream)
      if @redgale_component.kind == :spout
        "a spout has no source: it makes its own tuples"
      elsif [Class, Symbol, String].none? { |kind| component.is_a?(kind) }
        "a component class or an id is needed, not #{component.inspect}"
      elsif [Symbol, String].none? { |kind| stream.is_a?(kind) }
        "`stream:` takes the name of a stream, not #{stream.inspect}"
      end
    end

    def redgale_problem(message, at = Place.of_caller)
      @redgale_problems << { "message" => message, "at" => at }
      nil
    end

    def redgale_statement?(word)
      Statements.public_method_defined?(word) && !word.start_with?("redgale_")
    end

    def redgale_subclass
      return @redgale_target unless @redgale_target.equal?(@redgale_component.klass)

      original = @redgale_component.klass
      @redgale_target = Class.new(original) do
        define_singleton_method(:name) { original.name }
        define_singleton_method(:inspect) { original.inspect }
        extend Statements unless respond_to?(:redgale_own)
      end
    end
  end
end
