# frozen_string_literal: true

require "redgale/constructor_check"
require "redgale/grouping"

module Redgale
  # What the block of `spout` or `bolt` may say: sources, streams, configuration, and every statement of a component class.
  # The latter go to an anonymous subclass, so that the class itself is not changed.
  # @api private
  class ComponentBlock
    OWN = %i[source output_fields stream set].freeze

    # @api private
    attr_reader :redgale_sources, :redgale_streams, :redgale_config, :redgale_config_at, :redgale_problems, :redgale_target

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

    # Reads a stream: `source Split, :shuffle`, `source :split, fields: [:word]`, `source Split, :shuffle, stream: :errors`.
    # @param component [Class, Symbol, String] a component class or id
    # @param kind [Symbol, nil] a grouping without arguments
    # @param stream [Symbol] name of the stream
    # @param options [Hash] fields:, partial_key: or custom:
    def source(component, kind = nil, stream: :default, **options)
      own = @redgale_component.id
      return redgale_problem("a spout has no source: `#{own}` makes its own tuples") if @redgale_component.kind == :spout

      grouping = Grouping.read(kind, options)
      return redgale_problem("source of `#{own}`: #{grouping}") if grouping.is_a?(String)

      @redgale_sources << [component, grouping, stream.to_s, Place.of_caller]
      nil
    end

    # Overrides the class's fields of stream `default`.
    def output_fields(*fields)
      stream(:default, *fields)
    end

    # Declares a stream for this component.
    def stream(name, *fields, direct: false)
      @redgale_streams[name.to_s] = { "name" => name.to_s, "fields" => fields.flatten.map(&:to_s), "direct" => direct,
                                      "at" => Place.of_caller }
      nil
    end

    # Sets a configuration key for this component.
    def set(key, value)
      @redgale_config[key.to_s] = value
      @redgale_config_at[key.to_s] = Place.of_caller
      nil
    end

    # Everything else is a configuration word, a statement of a component class, or unknown.
    def method_missing(word, *arguments, **options, &block)
      key = Configurator.key_of(word)
      return set(key, arguments.first) if key && arguments.size == 1 && options.empty?
      return redgale_problem("`#{word}` takes one value") if key
      return redgale_subclass.public_send(word, *arguments, **options, &block) if redgale_statement?(word)

      allowed = (OWN + redgale_subclass.redgale_words).uniq
      redgale_problem(Suggestion.unknown("word in the block of `#{@redgale_component.id}`", word, allowed))
    end

    # @api private
    def respond_to_missing?(word, _private = false)
      redgale_statement?(word) || !Configurator.key_of(word).nil?
    end

    private

    def redgale_run(block)
      instance_exec(&block)
    rescue StandardError, ScriptError => e
      redgale_problem("the block of `#{@redgale_component.id}` raised #{e.class}: #{e.message}", Place.of_error(e, block))
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
