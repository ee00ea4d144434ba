# frozen_string_literal: true

require "redgale/place"
require "red_storm/engine/configuration"
require "red_storm/engine/outlet"
require "red_storm/engine/raw"
require "red_storm/engine/reading"
require "red_storm/engine/settings"
require "red_storm/java/jruby_component"
require "red_storm/java/jruby_shell_component"
require "red_storm/java/output_fields_declarer"

module RedStorm
  module Engine
    # One component of a submitted topology, in the terms of Redgale: the class that it instantiates and the block that
    # describes it.
    class Part
      # @param declarer [Java::SpoutDeclarer, Java::BoltDeclarer]
      # @param conf [Hash] the topology's configuration
      def initialize(declarer, conf)
        @declarer = declarer
        @topology_conf = conf
        @subject = component
        @klass = placed(@subject).class
        @streams = streams
        @conf = own_conf
      end

      # @return [String]
      def id
        @declarer.id
      end

      # @return [Array<Java::BoltDeclarer::Source>]
      def sources
        @declarer.sources
      end

      # @return [Array<String>] what the user should know of its configuration
      def remarks
        Configuration.remarks(@conf)
      end

      # @param readers [Array<Java::BoltDeclarer::Source>] who reads its streams
      # @return [Array] what Redgale::Definition takes for a component
      def to_a(readers)
        tasks = @declarer.tasks
        options = { id: id, parallelism: [@declarer.parallelism, tasks].compact.min, tasks: tasks }.compact
        [@declarer.kind, target(readers), options, block(readers), @declarer.at]
      end

      # @param settings [Settings]
      # @return [Object] an instance for one task
      # @api private
      def make(settings)
        placed(component).__send__(:redstorm_settle, settings)
      end

      # States the component in the block that Redgale evaluates, each word at the place where the user said it.
      # @param block [Redgale::ComponentBlock]
      # @param direct [Array<String>] streams that are direct
      def describe(block, direct)
        Redgale::Place.standing_at(@declarer.at) do
          @streams.each { |name, fields| block.stream(name, *fields, direct: direct.include?(name)) }
          told_conf.each { |key, value| block.set(key, value) }
        end
        sources.each { |read| Redgale::Place.standing_at(read.at) { state(block, read) } }
      end

      private

      def state(block, read)
        # Storm's fields grouping without fields is its global one
        grouping = read.fields == [] ? :global : read.grouping
        return block.source(read.component, grouping, stream: read.stream) if read.fields.nil? || grouping == :global

        block.source(read.component, stream: read.stream, read.grouping => read.fields)
      end

      # A new instance of what was submitted.
      def component
        given = @declarer.component
        given.is_a?(Java::JRubyComponent) ? given.instance : given.dup
      end

      # An instance as the engine calls it.
      def placed(component)
        return component if component.is_a?(DSL::Bolt) || component.is_a?(DSL::Spout)

        (@declarer.kind == :spout ? RawSpout : RawBolt).new(component)
      end

      # The fields that the component declares; those of the topology win.
      def streams
        declarer = Java::OutputFieldsDeclarer.new
        @subject.declare_output_fields(declarer) if @subject.respond_to?(:declare_output_fields)
        @direct = declarer.direct
        submitted = @declarer.component
        given = submitted.is_a?(Java::JRubyComponent) ? { "default" => submitted.fields } : {}
        own = given.merge(@declarer.streams).reject { |_, fields| fields.empty? }
        { "default" => [] }.merge(declarer.streams, own).transform_values { |names| Java::Fields.new(*names).to_a }
      end

      def own_conf
        asked = @subject.get_component_configuration if @subject.respond_to?(:get_component_configuration)
        (asked || {}).to_h.transform_keys(&:to_s).merge(@declarer.configuration)
      end

      # Stands for the class: makes instances that know their settings.
      def target(readers)
        part = self
        reading = Reading.new(@declarer.kind, @klass, settings(readers))
        name = @subject.class.name.to_s
        Class.new do
          define_singleton_method(:new) { part.make(reading.settings) }
          define_singleton_method(:redgale_reading) { reading }
          define_singleton_method(:name) { name }
        end
      end

      def settings(readers)
        untracked = !Configuration.tracked?(@topology_conf)
        conf = @topology_conf.merge(@conf)
        debug = conf[Configuration::DEBUG] == true
        shared = { untracked: untracked, tick: tick, debug: debug, outlet: Outlet.new(id, unread(readers), debug),
                   extra: Configuration.extra(conf) }
        own = if @klass <= DSL::Bolt
                { ack: @klass.ack?, anchor: @klass.anchor? }
              elsif @klass <= DSL::Spout
                { reliable: @klass.reliable?, width: width_of_send(@klass.reliable?, untracked || debug) }
              end
        Settings.new(**shared, **own.to_h)
      end

      # The engine emits what it can; by hand go empty tuples, ids that count as acked at once, and what is logged.
      def width_of_send(reliable, by_hand)
        fields = @streams["default"].size
        return -1 if fields.zero? || by_hand

        reliable ? fields + 1 : fields
      end

      def tick
        return if @declarer.kind == :spout

        @topology_conf.merge(@conf)[Configuration::TICK]
      end

      def unread(readers)
        @streams.except(*readers.map(&:stream)).transform_values(&:size)
      end

      def block(readers)
        part = self
        direct = @direct | readers.select { |reader| reader.grouping == :direct }.map(&:stream)
        proc { part.describe(self, direct) }
      end

      # What the engine is told of the component's configuration.
      def told_conf
        conf = Configuration.known(@conf)
        @declarer.kind == :spout ? conf.except(Configuration::TICK) : conf
      end
    end
  end
end
