# frozen_string_literal: true

require "redgale/definition"
require "redgale/place"
require "redgale/suggestion"
require "redgale/testing/asked"
require "redgale/testing/inbox"
require "redgale/testing/plan"
require "redgale/testing/run"

module Redgale
  module Testing
    # Makes the surroundings of one component: feeders for what it reads, and readers of what it emits.
    # @api private
    class Rig
      # Stands where Redgale has a topology class.
      Subject = Struct.new(:name)

      # Options of {Testing.component} for a component by itself.
      ALONE = %i[with config id fields inputs readers strict].freeze
      # Those with `topology:`.
      PLACED = %i[topology env set strict].freeze
      # Id of an input, where none is named.
      INPUT = :input
      # Id of the reader of a spout, where none is named.
      READER = :reader

      attr_reader :kind, :inbox

      def initialize(klass, options, block)
        @klass = klass
        @options = options
        @block = block
        @at = Place.of_caller
        @inbox = Inbox.new
        check_options
        @placed = place if options.key?(:topology)
        @kind = @placed ? @placed.component(id).kind : kind_of_class
        check_kind unless @placed
      end

      # @return [String]
      def id
        @id ||= if @placed
                  @placed.id_of(@klass)
                else
                  (@options[:id] || Inflection.underscore(@klass.name || "anonymous")).to_s
                end
      end

      # Whether the fields of all inputs are known, so that it can run.
      def complete?
        @placed || kind == :spout || @options.key?(:fields) || @options.key?(:inputs)
      end

      # @param fields [Array<Symbol>, nil] of the input, where no option says them
      # @return [Run]
      def run(fields = nil)
        plan = @placed || Plan.new(definition(fields))
        surround(plan)
        @asked = plan.ask(id) if kind == :spout
        Run.new(plan, strict: @options.fetch(:strict, true))
      end

      # How often the spout may be asked.
      # @return [Asked::Permits]
      def permits
        @asked
      end

      private

      def check_options
        allowed = @options.key?(:topology) ? PLACED : ALONE + [:topology]
        unknown = @options.keys - allowed
        raise ArgumentError, Suggestion.unknown("option of component", unknown.first, allowed) if unknown.any?
        raise ArgumentError, "with `topology:` the component takes no block" if @options.key?(:topology) && @block
      end

      def place
        Plan.of(@options[:topology], "component", env: @options.fetch(:env, :local), set: @options.fetch(:set, {}))
      end

      def kind_of_class
        raise ArgumentError, "component takes a class, not #{@klass.inspect}" unless @klass.is_a?(Class)
        return @klass.redgale_kind if @klass.respond_to?(:redgale_kind)
        return :spout if defines?(:next_tuple)
        return :bolt if defines?(:execute)

        raise ArgumentError, "#{@klass.name || 'the class'} is no component: it is neither a Redgale::Spout or " \
                             "Redgale::Bolt, nor has it `next_tuple` or `execute`"
      end

      def check_kind
        odd = kind == :spout ? @options.keys & %i[fields inputs] : []
        raise ArgumentError, "`#{odd.first}:` is for bolts: a spout reads nothing" if odd.any?
        return unless @options.key?(:fields) && @options.key?(:inputs)

        raise ArgumentError, "one of `fields:` and `inputs:`, not both"
      end

      def defines?(name)
        @klass.method_defined?(name) || @klass.private_method_defined?(name)
      end

      # The component as the only one of a topology.
      def definition(fields)
        inputs = kind == :spout ? {} : inputs(fields)
        config = @options.fetch(:config, {})
        at = @at
        configure = proc do
          Place.standing_at(at) { config.each { |key, value| set(Configurator.key_of(key) || key, value) } }
        end
        components = [*inputs.map { |input, streams| feeder(input, streams) }, own(inputs), *readers]
        Definition.new(Subject.new("test"), { components: components, configure: [configure], problems: [], at: at,
                                              name: "test" }, :local, {})
      end

      # @return [Hash{Symbol => Hash{Symbol => Array<Symbol>}}] fields by input and stream
      def inputs(fields)
        given = @options[:inputs] || { INPUT => @options[:fields] || fields }
        given.transform_values { |streams| streams.is_a?(Hash) ? streams : { default: Array(streams) } }
      end

      def feeder(input, streams)
        at = @at
        block = proc do
          Place.standing_at(at) { streams.each { |name, fields| stream(name, *fields) } }
        end
        [:spout, Feeder, { id: input, with: [nil] }, block, at]
      end

      def own(inputs)
        at = @at
        user = @block
        block = proc do
          Place.standing_at(at) do
            inputs.each { |input, streams| streams.each_key { |name| source(input, :global, stream: name) } }
          end
          instance_exec(&user) if user
        end
        [kind, @klass, @options.slice(:id, :with), block, at]
      end

      # They read all that has fields; what they are made of is put in by {#surround}.
      def readers
        wanted = @options[:readers] || (kind == :spout ? { READER => 1 } : {})
        read = own_streams.reject { |stream| stream["fields"].empty? }
        return [] if read.empty?

        at = @at
        source = id
        block = proc do
          Place.standing_at(at) do
            read.each do |stream|
              source(source, stream["direct"] ? :direct : :shuffle, stream: stream["name"])
            end
          end
        end
        wanted.map { |reader, tasks| [:bolt, StandIn::Reader, { id: reader, tasks: tasks, with: [nil] }, block, at] }
      end

      def own_streams
        ComponentDefinition.new(kind, @klass, @options.slice(:id, :with), @block, @at).streams
      end

      # Puts feeders and readers in the place of all other components.
      def surround(plan)
        read = plan.sources(id).map { |source| source["component"] }
        plan.components.each do |component|
          next if component.id == id

          if component.kind == :bolt && !read.include?(component.id)
            plan.read(component.id, reader)
          else
            feed = plan.feed(component.id)
            feed.close unless read.include?(component.id)
          end
        end
      end

      def reader
        kind == :spout ? inbox : Inbox::ACK
      end
    end
  end
end
