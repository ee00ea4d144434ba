# frozen_string_literal: true

require "json"
require "redgale/errors"
require "redgale/inflection"
require "redgale/configurator"
require "redgale/component_definition"
require "redgale/shell_definition"
require "redgale/oddities"

module Redgale
  # A topology, evaluated: its components, configuration and everything that is wrong with it.
  # @api private
  class Definition
    # Values of configuration, beside texts, numbers, Arrays and Hashes of them.
    JSON_CLASSES = [NilClass, TrueClass, FalseClass, Integer].freeze
    # Shortest and longest wait before a replay.
    BACKOFF = %w[redgale.retry.backoff.min.secs redgale.retry.backoff.max.secs].freeze

    attr_reader :components, :custom_groupings, :config

    def initialize(topology, own, env, overrides)
      @topology = topology
      @own = own
      @env = env
      @problems = own[:problems].dup
      @custom_groupings = []
      @components = own[:components].map { |component| component_of(*component) }
      configure(overrides)
      @sources = @components.to_h { |component| [component, sources_of(component)] }
      check_values
      @components.each { |component| check_against_topology(component) }
      @warnings = Oddities.new(@components, @config, @config_at).to_a
    end

    # @return [Array<Serializer>] classes whose objects travel because the topology says how
    def serializers
      @own.fetch(:serializers, [])
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

      found["warnings"] + @warnings
    end

    # Looks for the programs of shell components, and runs the topology's `on_submit`, if it has one. The definition has
    # been checked, and no component exists yet.
    # @raise [DefinitionError] if a program is missing or `on_submit` raises
    def submit
      missing = components.select(&:shell?).filter_map(&:missing_program)
      raise DefinitionError, missing if missing.any?

      run_on_submit
    end

    def to_model
      { "format" => 1, "name" => name.to_s, "class" => @topology.name.to_s, "at" => @own[:at],
        "config" => plain_only(config), "config_at" => @config_at,
        "components" => components.map { |component| component_model(component) }, "problems" => problems }
    end

    private

    def run_on_submit
      block = @own[:on_submit]
      block&.call(@env)
    rescue StandardError, ScriptError => e
      raise DefinitionError, [{ "message" => "`on_submit` raised #{e.class}: #{e.message}",
                                "at" => Place.of_error(e, block) }]
    end

    def component_of(kind, what, options, block, at)
      return ShellDefinition.new(what, options, block, at) if kind == :shell

      ComponentDefinition.new(kind, what, options, block, at)
    end

    def component_model(component)
      model = component.to_model(@sources[component], config)
      model.merge("config" => plain_only(model["config"]))
    end

    def configure(overrides)
      configurator = Configurator.new
      @own[:configure].each { |block| configurator.redgale_run(block, @env) }
      @problems.concat(configurator.redgale_problems)
      own = configurator.redgale_values
      # a word of the key table, unless the topology has a key of its own by this name
      overrides = overrides.transform_keys(&:to_s)
                           .transform_keys { |key| own.key?(key) ? key : Configurator.key_of(key) || key }
      @config = own.merge(overrides)
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

      component.problem("source #{source.name}: several components are made of this class: " \
                        "use an id (#{ids.join(', ')})", at)
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

        @problems << { "message" => "`#{key}` cannot be #{value.inspect} (#{value.class}): " \
                                    "it must be what JSON can hold", "at" => places[key].to_s }
      end
    end

    def plain_only(hash)
      hash.select { |_, value| plain?(value) }
    end

    # What can only be said of a component when its sources and the topology's configuration are known.
    def check_against_topology(component)
      # the validation says the same, but only when no source anywhere is wrong
      component.problem("bolt `#{component.id}` has no source: its block needs `source ...`") if component.sourceless?
      ticks = component.config.merge(config)[ComponentDefinition::TICK_KEY]
      wants = component.handler[:tick_method]
      component.problem("`on_tick` of `#{component.id}` needs `tick every:`") if wants && !ticks
      check_backoff(component)
      @sources[component].each { |source| check_values_read(component, source) }
    end

    # What the topology says is told once, not for each component.
    def check_backoff(component)
      min, max = BACKOFF.map { |key| config.merge(component.config)[key] || Configurator.default_seconds(key) }
      return unless [min, max].all? { |seconds| seconds.is_a?(Numeric) && seconds.real? } && min > max

      places = @config_at.merge(component.config_at).values_at(*BACKOFF)
      values = [min, max].zip(places).map { |seconds, at| at ? seconds : "#{seconds} (the default)" }
      @problems << { "message" => "`#{BACKOFF.first}` #{values.first} is above `#{BACKOFF.last}` #{values.last}",
                     "at" => places.compact.first }
    end

    # A block of `on_values` that needs more values than a stream has fields could never be called.
    def check_values_read(component, source)
      fields = components.find { |other| other.id == source["component"] }&.fields_of(source["stream"])
      needed = component.values_needed
      return if fields.nil? || fields.empty? || needed <= fields.size

      stream = "stream `#{source['stream']}` of `#{source['component']}`"
      component.problem("`on_values` of `#{component.id}` needs #{needed} values, but #{stream} has #{fields.size} " \
                        "(#{fields.join(', ')})", source["at"])
    end

    def plain?(value)
      case value
      when String, Symbol then text?(value.to_s)
      when Float then value.finite?
      when Array then value.all? { |element| plain?(element) }
      when Hash then value.each_key.all? { |key| text_key?(key) } && plain?(value.values)
      else JSON_CLASSES.include?(value.class)
      end
    rescue SystemStackError
      false
    end

    def text_key?(key)
      [String, Symbol].any? { |kind| key.is_a?(kind) } && text?(key.to_s)
    end

    def text?(string)
      string.encode(Encoding::UTF_8).valid_encoding?
    rescue EncodingError
      false
    end
  end
end
