# frozen_string_literal: true

require "redgale/place"
require "red_storm/on_redgale/storm_conf"
require "red_storm/java/fields"

module RedStorm
  module OnRedgale
    # One component of a submitted topology, in the terms of Redgale.
    class Part
      # @param declarer [Java::SpoutDeclarer, Java::BoltDeclarer]
      # @param topology_conf [Hash] the topology's configuration
      # @return [RubyPart, ShellPart]
      def self.of(declarer, topology_conf)
        shell = declarer.component.is_a?(Java::JRubyShellComponent)
        (shell ? ShellPart : RubyPart).new(declarer, topology_conf)
      end

      def initialize(declarer, topology_conf)
        @declarer = declarer
        @topology_conf = topology_conf
        # with the fields that the topology names, which win
        @streams = { "default" => [] }.merge(streams, declarer.streams.reject { |_, fields| fields.empty? })
                                      .transform_values { |names| Java::Fields.new(*names).to_a }
        @conf = component_conf.to_h.transform_keys(&:to_s).merge(declarer.configuration)
      end

      # @return [String]
      def id
        @declarer.id
      end

      # @return [Array<Java::BoltDeclarer::Source>]
      def sources
        @declarer.sources
      end

      # @param stream [String]
      # @return [Integer, nil] number of its fields; nil if there is no such stream
      def width(stream)
        @streams[stream]&.size
      end

      # @return [Array<String>] what the user should know of its configuration
      def remarks
        StormConf.remarks(@conf)
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

      # Id and size, as options of Redgale's statements.
      def options
        tasks = @declarer.tasks
        { id: id, parallelism: [@declarer.parallelism, tasks].compact.min, tasks: tasks }.compact
      end

      def block(neighbours)
        part = self
        direct = direct_streams | neighbours.readers.select { |reader| reader.grouping == :direct }.map(&:stream)
        proc { part.describe(self, direct) }
      end

      def state(block, read)
        # Storm's fields grouping without fields is its global one
        grouping = read.fields == [] ? :global : read.grouping
        return block.source(read.component, grouping, stream: read.stream) if read.fields.nil? || grouping == :global

        block.source(read.component, stream: read.stream, read.grouping => read.fields)
      end

      # What the engine is told of the component's configuration. Spouts have no ticks.
      def told_conf
        conf = StormConf.known(@conf)
        @declarer.kind == :spout ? conf.except(StormConf::TICK) : conf
      end
    end
  end
end

require "red_storm/on_redgale/ruby_part"
require "red_storm/on_redgale/shell_part"
