# frozen_string_literal: true

require "redgale/constructor_check"
require "redgale/grouping"

module Redgale
  # What the block of `spout` or `bolt` may say: sources, streams, configuration, and every statement of a component class.
  # The latter go to an anonymous subclass, so that the class itself is not changed.
  # @api private
  class ComponentBlock < BasicObject
    OWN = %i[source output_fields stream set].freeze

    attr_reader :sources, :streams, :config, :config_at, :problems, :target

    def initialize(component, block)
      @component = component
      @target = component.klass
      @sources = []
      @streams = {}
      @config = {}
      @config_at = {}
      @problems = []
      instance_exec(&block) if block
    end

    # Reads a stream: `source Split, :shuffle`, `source :split, fields: [:word]`, `source Split, :shuffle, stream: :errors`.
    # @param component [Class, Symbol, String] a component class or id
    # @param kind [Symbol, nil] a grouping without arguments
    # @param stream [Symbol] name of the stream
    # @param options [Hash] fields:, partial_key: or custom:
    def source(component, kind = nil, stream: :default, **options)
      at = Place.of_caller
      if @component.kind == :spout
        return problem("a spout has no source: `#{@component.id}` makes its own tuples", at)
      end

      grouping = Grouping.read(kind, options)
      return problem("source of `#{@component.id}`: #{grouping}", at) if grouping.is_a?(::String)

      @sources << [component, grouping, stream.to_s, at]
      nil
    end

    # Overrides the class's fields of stream `default`.
    def output_fields(*fields)
      stream(:default, *fields)
    end

    # Declares a stream for this component.
    def stream(name, *fields, direct: false)
      @streams[name.to_s] = { "name" => name.to_s, "fields" => fields.flatten.map(&:to_s), "direct" => direct,
                              "at" => Place.of_caller }
      nil
    end

    # Sets a configuration key for this component.
    def set(key, value)
      @config[key.to_s] = value
      @config_at[key.to_s] = Place.of_caller
      nil
    end

    # The place and words of something wrong.
    def problem(message, at = Place.of_caller)
      @problems << { "message" => message, "at" => at }
      nil
    end

    # Everything else is a statement of a component class, or unknown.
    def method_missing(word, *arguments, **options, &block)
      key = Configurator.key_of(word)
      return set(key, arguments.first) if key && arguments.size == 1
      return subclass.public_send(word, *arguments, **options, &block) if Statements.public_method_defined?(word)
      return ::Kernel.public_send(word, *arguments, **options, &block) if ::Kernel.respond_to?(word)

      allowed = OWN + subclass.redgale_words
      problem(Suggestion.unknown("word in the block of `#{@component.id}`", word, allowed))
    end

    # @api private
    def respond_to_missing?(*)
      false
    end

    # Constants resolve as in ordinary code.
    def self.const_missing(name)
      ::Object.const_get(name)
    end

    private

    def subclass
      return @target unless @target.equal?(@component.klass)

      original = @component.klass
      @target = ::Class.new(original) do
        define_singleton_method(:name) { original.name }
        define_singleton_method(:inspect) { original.inspect }
        extend Statements unless respond_to?(:redgale_own)
      end
    end
  end
end
