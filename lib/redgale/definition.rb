# frozen_string_literal: true

require "json"
require "redgale/errors"
require "redgale/inflection"
require "redgale/configurator"
require "redgale/component_definition"

module Redgale
  # A topology, evaluated: its components, configuration and everything that is wrong with it.
  # @api private
  class Definition
    # Storm's short keys of configuration that JSON cannot hold are refused by name.
    JSON_CLASSES = [NilClass, TrueClass, FalseClass, Integer, Float, String, Symbol].freeze

    attr_reader :components, :custom_groupings, :config, :on_submit

    def initialize(topology, own, env, overrides)
      @topology = topology
      @own = own
      @env = env
      @problems = own[:problems].dup
      @custom_groupings = []
      @on_submit = own[:on_submit]
      @components = own[:components].map { |component| ComponentDefinition.new(*component) }
      configure(overrides)
      @sources = @components.to_h { |component| [component, sources_of(component)] }
      check_values
    end

    def name
      @config["topology.name"] || @own[:name] || Inflection.underscore(@topology.name || "topology")
    end

    # What Ruby found wrong.
    def problems
      (@problems + components.flat_map(&:problems)).uniq
    end

    # Everything that is wrong, by place, and what is only odd.
    # @return [Hash{String => Array<Hash>}] "problems" and "warnings"
    def validate
      JSON.parse(Native.validate(JSON.generate(to_model)))
    end

    # @raise [DefinitionError] if anything is wrong
    def check!
      found = validate
      raise DefinitionError, found["problems"] if found["problems"].any?

      found["warnings"]
    end

    def to_model
      { "format" => 1, "name" => name, "class" => @topology.name.to_s, "at" => @own[:at], "config" => config,
        "config_at" => @config_at, "components" => components.map { |component| component.to_model(@sources[component]) },
        "problems" => problems }
    end

    private

    def configure(overrides)
      configurator = Configurator.new
      @own[:configure].each { |block| configurator.redgale_run(block, @env) }
      @problems.concat(configurator.redgale_problems)
      overrides = overrides.to_h { |key, value| [Configurator.key_of(key) || key.to_s, value] }
      @config = configurator.redgale_values.merge(overrides)
      @config_at = configurator.redgale_places.merge(overrides.transform_values { "--set" })
    end

    def sources_of(component)
      component.raw_sources.filter_map do |source, grouping, stream, at|
        id = resolve(component, source, at)
        id && { "component" => id, "stream" => stream, "grouping" => number(grouping), "at" => at }
      end
    end

    # A class stands for the one component made of it.
    def resolve(component, source, at)
      return source.to_s unless source.is_a?(Class)

      ids = components.select { |other| other.klass == source }.map(&:id)
      return ids.first if ids.size == 1
      return component.problem("source #{source.name}: no component is made of this class", at) if ids.empty?

      component.problem("source #{source.name}: several components are made of this class: use an id (#{ids.join(', ')})", at)
    end

    # The model holds numbers, the objects stay here.
    def number(grouping)
      return grouping unless grouping["type"] == "custom"

      custom_groupings << grouping["object"]
      { "type" => "custom", "index" => custom_groupings.size - 1 }
    end

    def check_values
      check_hash(config, @config_at)
      components.each { |component| check_hash(component.config, component.config_at) }
    end

    def check_hash(hash, places)
      hash.each do |key, value|
        next if plain?(value)

        @problems << { "message" => "`#{key}` cannot be #{value.inspect} (#{value.class}): it must be what JSON can hold",
                       "at" => places[key].to_s }
        hash[key] = nil
      end
    end

    def plain?(value)
      case value
      when Float then value.finite?
      when Array then value.all? { |element| plain?(element) }
      when Hash then value.all? { |key, element| (key.is_a?(String) || key.is_a?(Symbol)) && plain?(element) }
      else JSON_CLASSES.include?(value.class)
      end
    end
  end
end
