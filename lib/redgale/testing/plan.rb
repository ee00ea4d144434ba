# frozen_string_literal: true

require "redgale/suggestion"
require "redgale/testing/asked"
require "redgale/testing/stand_in"
require "redgale/testing/tuples"

module Redgale
  module Testing
    # The definition of a topology, checked, with some of its components replaced: what {Run} runs.
    # @api private
    class Plan
      attr_reader :definition, :feeds

      # @param topology [#define] a topology class
      # @param asked [String] the method of the kit that was called, for errors
      # @raise [TypeError] if it is not a topology
      # @raise [DefinitionError] with all its problems
      def self.of(topology, asked, env: :local, set: {})
        unless topology.respond_to?(:define)
          raise TypeError, "Redgale::Testing.#{asked} takes a topology, not #{topology.inspect}"
        end

        new(topology.define(env: env, overrides: set))
      end

      # @param definition [Redgale::Definition]
      # @raise [DefinitionError] with all its problems
      def initialize(definition)
        definition.check!
        @definition = definition
        @models = definition.to_model["components"].to_h { |model| [model["id"], model] }
        @components = definition.components.to_h { |component| [component.id, component] }
        @feeds = {}
      end

      # For the run: the components as they are run.
      def components
        @components.values
      end

      def name
        definition.name
      end

      def config
        definition.config
      end

      def custom_groupings
        definition.custom_groupings
      end

      def serializers
        definition.serializers
      end

      # @return [Hash] for the native run
      def model
        components = @models.values.map do |model|
          component = @components.fetch(model["id"])
          component.is_a?(StandIn) ? component.to_model(model) : model
        end
        definition.to_model.merge("components" => components)
      end

      # Runs a feeder instead of a spout.
      # @return [Feeder::Feed] what it emits
      def feed(id, retries = 0)
        feeds[id] = Feeder::Feed.new
        @components[id] = StandIn.feeder(@components.fetch(id), feeds[id], retries)
        feeds[id]
      end

      # Runs a block instead of a bolt.
      def stub(id, block)
        @components[id] = StandIn.stub(@components.fetch(id), block)
      end

      # Runs a bolt that gives what it gets to a block instead of a component.
      def read(id, kept)
        @components[id] = StandIn.reader(@components.fetch(id), kept)
      end

      # Asks a spout for tuples only when the test says so.
      # @return [Asked::Permits]
      def ask(id)
        permits = Asked::Permits.new
        @components[id] = Asked.new(@components.fetch(id), permits)
        permits
      end

      # @param target [Class, Symbol, String] a component class or id
      # @return [String] id
      # @raise [ArgumentError] if there is none, or several are made of the class
      def id_of(target)
        return id_of_class(target) if target.is_a?(Class)
        return target.to_s if @components.key?(target.to_s)

        raise ArgumentError, "no component `#{target}`#{Suggestion.for(target, @components.keys)}: " \
                             "#{name} has #{list(@components.keys)}"
      end

      def component(id)
        @components.fetch(id)
      end

      # @return [Hash{String => Array<String>}] fields by stream
      def fields(id)
        @models.fetch(id)["streams"].to_h { |stream| [stream["name"], stream["fields"]] }
      end

      # @return [Array<Hash>] what a component reads, as in the model
      def sources(id)
        @models.fetch(id)["sources"]
      end

      # @raise [ArgumentError] if a component does not declare this stream
      # @return [Symbol]
      def stream(id, name)
        return name.to_sym if fields(id).key?(name.to_s)

        raise ArgumentError, "`#{id}` has no stream `#{name}`: it declares #{list(fields(id).keys)}"
      end

      # @raise [NotAvailable] if there is a component that only a worker can run
      def check_runnable
        foreign = components.find { |component| !component.is_a?(StandIn) && !ruby?(component.id) }
        return unless foreign

        instead = foreign.kind == :spout ? "give its tuples" : "give a block"
        raise NotAvailable, "the testing kit cannot run `#{foreign.id}`, which is a program of its own: #{instead} " \
                            "instead (#{foreign.id}: #{foreign.kind == :spout ? '[...]' : '->(tuple) { ... }'})"
      end

      private

      def ruby?(id)
        @models.fetch(id)["implementation"].key?("ruby")
      end

      def id_of_class(klass)
        ids = ids_of_class(klass)
        return ids.first if ids.size == 1

        label = klass.name || "this class"
        raise ArgumentError, if ids.empty?
                               "no component of #{name} is made of #{label}: it has #{list(@components.keys)}"
                             else
                               "several components of #{name} are made of #{label}: use an id (#{list(ids)})"
                             end
      end

      def ids_of_class(klass)
        found = components.select { |component| component.klass == klass }
        # a layer may put a class of its own in front, under the same name
        found = components.select { |component| component.klass&.name == klass.name } if found.empty? && klass.name
        found.map(&:id)
      end

      def list(names)
        names.map { |name| "`#{name}`" }.join(", ")
      end
    end
  end
end
