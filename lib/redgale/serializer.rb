# frozen_string_literal: true

module Redgale
  # How objects of one class travel: under which name, what they are dumped to, and what that is loaded to.
  # @api private
  class Serializer
    # Classes whose objects travel as they are.
    PLAIN = %w[NilClass TrueClass FalseClass Integer Float String Symbol Array Hash Time].freeze

    attr_reader :name

    # @param name [String] name of the class
    # @param dump [#call] object -> what can travel
    # @param load [#call] that -> object
    def initialize(name, dump, load)
      @name = name
      @dump = dump
      @load = load
      freeze
    end

    # Reads the statement `serializes`.
    # @return [Serializer, String] the latter: what is wrong
    def self.read(klass, dump, load)
      return "`serializes` takes a class, not #{klass.inspect}" unless klass.is_a?(Class)
      return "`serializes` takes a class with a name: it is how the other side finds it" unless klass.name
      return "`serializes #{klass}`: a #{klass} travels as it is" if PLAIN.include?(klass.name)

      dump = caller_of(dump, klass.instance_methods, :dump) { |name| ->(object) { object.public_send(name) } }
      load = caller_of(load, klass.methods, :load) { |name| ->(plain) { klass.public_send(name, plain) } }
      return new(klass.name, dump, load) if [dump, load].all?(Proc)

      wrong = { dump: dump, load: load }.find { |_, value| !value.is_a?(Proc) }
      problem(klass, *wrong)
    end

    # A block for what was given: something to call, or the name of a method, which is `dump` or `load` if nothing was.
    def self.caller_of(given, methods, default)
      return given.method(:call).to_proc if given.respond_to?(:call)

      name = given.nil? ? default : given
      named = name.is_a?(Symbol) || name.is_a?(String)
      named && methods.include?(name.to_sym) ? yield(name.to_sym) : name
    end
    private_class_method :caller_of

    def self.problem(klass, which, name)
      unless name.is_a?(Symbol) || name.is_a?(String)
        return "`serializes #{klass}, #{which}:` takes a lambda or the name of a method, not #{name.inspect}"
      end

      method = which == :dump ? "#{klass}##{name}" : "#{klass}.#{name}"
      "`serializes #{klass}`: there is no method #{method}: define it, or give `#{which}:` a lambda or a method name"
    end
    private_class_method :problem

    # @return [Object] what can travel
    def dump(object)
      @dump.call(object)
    end

    # @return [Object] the object again
    def load(plain)
      @load.call(plain)
    end
  end
end
