# frozen_string_literal: true

require "redgale/definition"
require "red_storm/on_redgale/neighbours"
require "red_storm/on_redgale/part"

module RedStorm
  module OnRedgale
    # Makes a Redgale definition of a topology that was submitted.
    class Build
      # Stands where Redgale has a topology class.
      Subject = Struct.new(:name)

      # @param name [String] of the topology
      # @param conf [Hash]
      # @param topology [Java::StormTopology]
      # @param overrides [Hash{String => Object}] what wins over the configuration
      def initialize(name, conf, topology, overrides = {})
        @name = name.to_s
        conf = conf.to_h.transform_keys(&:to_s)
        @overrides = overrides.transform_keys { |key| full(key.to_s, conf) }
        @conf = conf.merge(@overrides)
        @parts = topology.components.map { |declarer| Part.of(declarer, @conf) }
      end

      # @return [Redgale::Definition]
      def definition
        defaults = { StormConf::PENDING => StormConf::UNLIMITED }
        values = defaults.merge(StormConf.known(@conf))
        configure = proc { Redgale::Place.standing_at("") { values.each { |key, value| set(key, value) } } }
        own = { components: @parts.map { |part| part.to_a(Neighbours.new(part, @parts)) }, configure: [configure],
                problems: [], at: "", name: @name }
        Redgale::Definition.new(Subject.new(@name), own, :local, StormConf.known(@overrides))
      end

      # @return [Array<String>] what the user should know of the configuration
      def remarks
        [*StormConf.remarks(@conf), *@parts.flat_map(&:remarks)].uniq
      end

      private

      # A word of Redgale's table, unless the topology has a key of its own by this name.
      def full(key, conf)
        conf.key?(key) ? key : Redgale::Configurator.key_of(key) || key
      end
    end
  end
end
