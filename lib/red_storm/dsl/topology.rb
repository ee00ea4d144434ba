# frozen_string_literal: true

require "redgale/errors"
require "red_storm/configuration"
require "red_storm/dsl/definitions"
require "red_storm/on_redgale/build"
require "red_storm/java/topology_builder"
require "red_storm/java/local_cluster"

module RedStorm
  module DSL
    # Describes which components there are and who reads whom, in the words of RedStorm.
    #
    # @example
    #   class WordCountTopology < RedStorm::DSL::Topology
    #     spout RandomSentenceSpout, :parallelism => 2
    #     bolt(SplitSentenceBolt) { source RandomSentenceSpout, :shuffle }
    #     configure(:word_count) { |env| debug true }
    #     on_submit { |env| sleep 5; cluster.shutdown if env == :local }
    #   end
    class Topology
      extend Loggable::ClassMethods

      # Executors of a spout where `:parallelism` says nothing.
      DEFAULT_SPOUT_PARALLELISM = 1
      # Executors of a bolt where `:parallelism` says nothing.
      DEFAULT_BOLT_PARALLELISM = 1

      # What runs the block of `spout`.
      SpoutDefinition = DSL::SpoutDefinition
      # What runs the block of `bolt`.
      BoltDefinition = DSL::BoltDefinition
      # What both have in common.
      ComponentDefinition = DSL::ComponentDefinition

      class << self
        # Adds a spout: `spout Class`, `spout JavaClass, [arguments], options`. Options: `:id` (the class name,
        # underscored), `:parallelism` (1); others are ignored.
        # @yield optional, on a {SpoutDefinition}
        def spout(klass, *arguments, &block)
          add(SpoutDefinition, klass, arguments, DEFAULT_SPOUT_PARALLELISM, block)
        end

        # Adds a bolt; arguments as of {#spout}.
        # @yield on a {BoltDefinition}
        # @raise [TopologyDefinitionError] without a block
        def bolt(klass, *arguments, &block)
          add(BoltDefinition, klass, arguments, DEFAULT_BOLT_PARALLELISM, block) do |definition|
            unless block
              raise TopologyDefinitionError, "#{definition.clazz.name}, #{definition.id}, bolt definition body required"
            end
          end
        end

        # Names and configures the topology; the block is run on a {Configurator} and gets `env`.
        # @param name [Symbol, String, nil] default: the class name, underscored
        def configure(name = nil, &block)
          set_topology_class!
          @topology_name = name.to_s if name
          @configure_block = block if block
        end

        # Said of Storm's submit options, for a cluster only.
        def submit_options(&block)
          @submit_options_block = block if block
        end

        # Runs beside the topology once it was submitted, on the instance; gets `env`.
        # @param method_name [Symbol, nil] a method of the instance instead of the block
        def on_submit(method_name = nil, &block)
          @submit_block = block || proc { |env| __send__(method_name, env) }
        end

        # @return [Array<SpoutDefinition>]
        def spouts
          components.grep(SpoutDefinition)
        end

        # @return [Array<BoltDefinition>]
        def bolts
          components.grep(BoltDefinition)
        end

        # @return [Array<ComponentDefinition>] in the order they were stated
        def components
          @components ||= []
        end

        # @return [String]
        def topology_name
          @topology_name ||= underscore(name)
        end

        # @return [Proc]
        def configure_block
          @configure_block ||= proc { |_env| }
        end

        # @return [Proc]
        def submit_block
          @submit_block ||= proc { |_env| }
        end

        # @return [Proc]
        def submit_options_block
          @submit_options_block ||= proc { |_env| }
        end

        # @return [String] RedStorm's id for a class or name
        def underscore(subject)
          Underscore.of(subject)
        end

        # Makes this the class that the launcher starts.
        def set_topology_class!
          Configuration.topology_class = self
        end

        # @param components [Array<ComponentDefinition>]
        # @raise [RuntimeError] for an id that comes twice, or a source that there is not
        def resolve_ids!(components)
          ids = components.map(&:id)
          components.reverse_each do |component|
            twice = ids.count(component.id) > 1
            fail_at(component, "duplicate id in #{component.clazz.name} on id=#{component.id}") if twice
            next unless component.is_a?(BoltDefinition)

            lost = component.sources.find { |source| !ids.include?(source.source_id) }
            fail_at(lost, "cannot resolve #{component.clazz.name} source id=#{lost.source_id}") if lost
          end
        end

        # @return [Java::StormTopology]
        # @raise [RuntimeError] as {#resolve_ids!}, or for an unknown grouping
        def build_topology
          resolve_ids!(components)
          builder = Java::TopologyBuilder.new
          components.each { |component| declare(builder, component) }
          builder.create_topology
        end

        # The topology in Redgale's terms: for `Redgale.run` and the testing kit. `on_submit` is left out.
        # @param env [Symbol] what `configure` gets
        # @param overrides [Hash{String => Object}] configuration that wins over the topology's
        # @return [Redgale::Definition] with all its problems
        # @raise [RuntimeError] as {#build_topology}
        def define(env: :local, overrides: {})
          OnRedgale::Build.new(topology_name, configuration(env), build_topology, overrides).definition
        end

        # What the block of `configure` says.
        # @param env [Symbol]
        # @return [Java::Config]
        def configuration(env)
          configurator = Configurator.new(
            "topology.worker.childopts" => "-Djruby.compat.version=#{RedStorm.jruby_mode_token}"
          )
          configurator.instance_exec(env, &configure_block)
          configurator.config
        end

        private

        def add(definition, klass, arguments, parallelism, block)
          set_topology_class!
          options = arguments.last.is_a?(Hash) ? arguments.last : {}
          constructor = arguments.first.is_a?(Array) ? arguments.first : []
          id = options[:id] || default_id(klass)
          made = definition.new(klass, constructor, id, options.fetch(:parallelism, parallelism))
          yield made if block_given?
          made.instance_exec(&block) if block
          components << made
        end

        def default_id(klass)
          return underscore(klass) if klass.is_a?(Module) && klass.name

          raise TopologyDefinitionError, "#{klass.inspect} has no name to make an id of: give it one, as in " \
                                         "`class Split < RedStorm::DSL::Bolt`, or an :id"
        end

        def declare(builder, component)
          declarer = if component.is_a?(SpoutDefinition)
                       builder.set_spout(component.id, component.new_instance, component.parallelism)
                     else
                       builder.set_bolt(component.id, component.new_instance, component.parallelism)
                     end
          declarer.at = component.at
          declarer.streams = component.declared_streams
          declarer.add_configurations(component.config)
          component.define_grouping(declarer) if component.is_a?(BoltDefinition)
        end

        def fail_at(stated, message)
          raise RuntimeError, message, [stated.at, *caller]
        end
      end

      # @return [Java::LocalCluster] where it runs
      attr_reader :cluster

      # Submits the topology, then runs `on_submit`.
      # @param env [Symbol]
      def start(env)
        topology = self.class.build_topology
        @cluster = Java::LocalCluster.new
        @cluster.submit_topology(self.class.topology_name, self.class.configuration(env), topology)
        instance_exec(env, &self.class.submit_block)
      end

      # @return [Java::Logger] named after the class
      def log
        self.class.log
      end
    end
  end

  # The older name of {DSL::Topology}.
  SimpleTopology = DSL::Topology
end
