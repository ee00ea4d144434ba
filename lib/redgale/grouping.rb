# frozen_string_literal: true

module Redgale
  # Reads the grouping of a `source`.
  # @api private
  module Grouping
    PLAIN = %i[shuffle local_or_shuffle global all none direct].freeze
    WITH_ARGUMENT = %i[fields partial_key custom].freeze
    EXAMPLES = { fields: "fields: [:word]", partial_key: "partial_key: [:word]", custom: "custom: MyGrouping" }.freeze
    # What a custom grouping must answer, and with how many arguments it is asked.
    CUSTOM = { prepare: 3, choose_tasks: 2 }.freeze

    # @return [Hash, String] the grouping for the model (custom: with the object under "object"), or what is wrong
    def self.read(kind, options)
      unknown = options.keys - WITH_ARGUMENT
      return Suggestion.unknown("option", unknown.first, WITH_ARGUMENT + [:stream]) if unknown.any?

      given = [kind, *options.keys].compact
      return "one grouping at a time, not #{given.join(' and ')}" if given.size > 1
      return read_plain(kind) if options.empty?

      name, argument = options.first
      name == :custom ? read_custom(argument) : read_fields(name, argument)
    end

    def self.read_plain(kind)
      allowed = PLAIN.map(&:inspect) + WITH_ARGUMENT.map { |name| "#{name}:" }
      return "a grouping is needed: #{allowed.join(', ')}" if kind.nil?
      return { "type" => kind.to_s } if PLAIN.include?(kind.to_s.to_sym)
      return "`#{kind}` needs an argument: #{EXAMPLES.fetch(kind.to_sym)}" if WITH_ARGUMENT.include?(kind.to_s.to_sym)

      "unknown grouping #{kind.inspect}#{Suggestion.for(kind, PLAIN + WITH_ARGUMENT)}; allowed: #{allowed.join(', ')}"
    end

    def self.read_fields(name, argument)
      fields = Array(argument)
      return "`#{name}:` needs at least one field" if fields.empty?

      { "type" => name.to_s, "fields" => fields.map(&:to_s) }
    end

    def self.read_custom(object)
      methods = CUSTOM.keys.to_h { |name| [name, method_of(object, name)] }
      missing = methods.select { |_, method| method.nil? }.keys
      return "custom grouping #{object.inspect} has no #{missing.join(' and no ')}(...)" if missing.any?

      wrong = methods.find { |name, method| !takes?(method, CUSTOM[name]) }&.first
      return "custom grouping #{object.inspect}: `#{wrong}` is given #{CUSTOM[wrong]} arguments" if wrong

      unmade = object.is_a?(Class) && ConstructorCheck.new(object.instance_method(:initialize)).problem(nil)
      return { "type" => "custom", "object" => object } unless unmade

      "custom grouping #{object.inspect}: `new` #{unmade.sub(', `with:` gives none', '')}: give an object"
    end

    def self.method_of(object, name)
      object.is_a?(Class) ? object.instance_method(name) : object.method(name)
    rescue NameError
      nil
    end

    def self.takes?(method, count)
      method.arity == count || (method.arity.negative? && ~method.arity <= count)
    end
  end
end
