# frozen_string_literal: true

require "red_storm/on_redgale/outlet"
require "red_storm/on_redgale/raw"
require "red_storm/on_redgale/reading"
require "red_storm/on_redgale/settings"
require "red_storm/java/jruby_component"
require "red_storm/java/output_fields_declarer"

module RedStorm
  module OnRedgale
    # A component that is a Ruby class, or an object of which each task gets a copy.
    class RubyPart < Part
      def initialize(declarer, topology_conf)
        # Storm asks an instance of its own for fields and configuration
        @subject = component_of(declarer)
        @klass = placed(@subject, declarer.kind).class
        super
      end

      # @param neighbours [Neighbours]
      # @return [Array] what Redgale::Definition takes for a component
      def to_a(neighbours)
        [@declarer.kind, target(neighbours), options, block(neighbours), @declarer.at]
      end

      # @param settings [Settings]
      # @return [Object] an instance for one task
      # @api private
      def make(settings)
        placed(component_of(@declarer), @declarer.kind).__send__(:redstorm_settle, settings)
      end

      private

      # A new instance of what was submitted.
      def component_of(declarer)
        given = declarer.component
        made = given.is_a?(Java::JRubyComponent) ? given.instance : given.dup
        return made unless made.is_a?(Redgale::Component)

        raise DSL::TopologyDefinitionError, "#{made.class.name} is a component of Redgale's: it runs in topologies " \
                                            "that inherit from Redgale::Topology", [declarer.at, *caller]
      end

      # An instance as the engine calls it.
      def placed(component, kind)
        return component if component.is_a?(DSL::Bolt) || component.is_a?(DSL::Spout)

        (kind == :spout ? RawSpout : RawBolt).new(component)
      end

      # What the component declares; fields given to a JRubyBolt or JRubySpout win.
      def streams
        submitted = @declarer.component
        given = submitted.is_a?(Java::JRubyComponent) ? submitted.fields : []
        given.empty? ? declared.streams : declared.streams.merge("default" => given)
      end

      def direct_streams
        declared.direct
      end

      def declared
        @declared ||= Java::OutputFieldsDeclarer.new.tap do |declarer|
          @subject.declare_output_fields(declarer) if @subject.respond_to?(:declare_output_fields)
        end
      end

      def component_conf
        @subject.get_component_configuration if @subject.respond_to?(:get_component_configuration)
      end

      # Stands for the class: makes instances that know their settings.
      def target(neighbours)
        part = self
        reading = Reading.new(@declarer.kind, @klass, settings(neighbours))
        name = @subject.class.name.to_s
        Class.new do
          define_singleton_method(:new) { part.make(reading.settings) }
          define_singleton_method(:redgale_reading) { |_at| reading }
          define_singleton_method(:name) { name }
        end
      end

      def settings(neighbours)
        conf = @topology_conf.merge(@conf)
        debug = conf[StormConf::DEBUG] == true
        untracked = !StormConf.tracked?(@topology_conf)
        Settings.new(fresh: neighbours.shared_input? || :frozen, untracked: untracked, debug: debug,
                     tick: (conf[StormConf::TICK] if @declarer.kind == :bolt),
                     outlet: Outlet.new(id, unread(neighbours), debug), extra: StormConf.extra(conf),
                     **own_settings(untracked || debug))
      end

      def own_settings(by_hand)
        if @klass <= DSL::Bolt
          { ack: @klass.ack?, anchor: @klass.anchor? }
        elsif @klass <= DSL::Spout
          { reliable: @klass.reliable?, width: width_of_send(@klass.reliable?, by_hand) }
        else
          {}
        end
      end

      # The engine emits what it can; by hand go empty tuples, ids that count as acked at once, and what is logged.
      def width_of_send(reliable, by_hand)
        fields = @streams["default"].size
        return -1 if fields.zero? || by_hand

        reliable ? fields + 1 : fields
      end

      def unread(neighbours)
        @streams.except(*neighbours.readers.map(&:stream)).transform_values(&:size)
      end
    end
  end
end
