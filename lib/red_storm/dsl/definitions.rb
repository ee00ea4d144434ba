# frozen_string_literal: true

require "redgale/place"
require "red_storm/configurator"
require "red_storm/dsl/errors"
require "red_storm/dsl/statements"
require "red_storm/dsl/underscore"
require "red_storm/java/jruby_component"
require "red_storm/java/jruby_shell_component"

module RedStorm
  module DSL
    # What the block of `spout` or `bolt` says of a component.
    class ComponentDefinition < Configurator
      # @return [Class]
      attr_reader :clazz
      # @return [Array] for Java classes only
      attr_reader :constructor_args
      # @return [Integer]
      attr_reader :parallelism
      # @return [String]
      attr_reader :id
      # @return [String] "file:line" of the statement
      attr_reader :at

      # @api private
      def initialize(clazz, constructor_args, id, parallelism)
        super()
        @clazz = clazz
        @constructor_args = constructor_args
        @id = id.to_s
        @parallelism = parallelism
        @at = Redgale::Place.of_caller
        @declared_streams = {}
      end

      # Names the values; wins over what the class says. Without arguments: the names.
      # @param names [Array<Symbol, String, Hash>] a trailing Hash names those of other streams
      # @return [Array<String>, Hash{String => Array<String>}] as {Statements#fields}
      def output_fields(*names)
        return fields if names.empty?

        streams = names.last.is_a?(Hash) ? names.pop : {}
        declared_streams[Statements::DEFAULT] = names.flatten.map(&:to_s) if names.any?
        streams.each { |stream, fields| declared_streams[stream.to_s] = Array(fields).map(&:to_s) }
      end

      # @return [Array] the command of a shell component
      def command
        constructor_args
      end

      # @return [Hash{String => Array<String>}]
      # @api private
      attr_reader :declared_streams

      # What a {Java::TopologyBuilder} takes.
      # @api private
      def new_instance
        return clazz.new(constructor_args, declared_streams.fetch(Statements::DEFAULT, [])) if shell?
        return clazz.new(*constructor_args) if clazz.respond_to?(:redstorm_java_name)

        wrapper.new(clazz.respond_to?(:base_class_path) ? clazz.base_class_path : nil, clazz)
      end

      private

      def fields
        default = declared_streams.fetch(Statements::DEFAULT, [])
        declared_streams.keys.all?(Statements::DEFAULT) ? default : declared_streams
      end

      def shell?
        clazz.is_a?(Class) && clazz <= Java::JRubyShellComponent
      end
    end

    # What a topology says of a spout.
    class SpoutDefinition < ComponentDefinition
      private

      def wrapper
        Java::JRubySpout
      end
    end

    # What a topology says of a bolt.
    class BoltDefinition < ComponentDefinition
      # Groupings without arguments.
      PLAIN = %i[shuffle local_or_shuffle global all none direct].freeze

      # A `source` line.
      Source = Struct.new(:source_id, :grouping, :stream, :at)

      # @return [Array<Source>]
      attr_reader :sources

      # @api private
      def initialize(*)
        super
        @sources = []
      end

      # Reads a component: `source Split, :shuffle`, `source :split, :fields => ["word"]`.
      # @param source_id [Class, Symbol, String, Numeric] a class stands for its default id
      # @param grouping [Symbol, Hash]
      # @param stream [String, Symbol]
      def source(source_id, grouping, stream = Statements::DEFAULT)
        id = source_id.is_a?(Class) ? Underscore.of(source_id) : source_id.to_s
        @sources << Source.new(id, grouping, stream.to_s, Redgale::Place.of_caller)
      end

      # @param declarer [Java::BoltDeclarer]
      # @raise [RuntimeError] for an unknown grouping
      # @api private
      def define_grouping(declarer)
        @sources.each do |source|
          grouper, fields = source.grouping.is_a?(Hash) ? source.grouping.first : [source.grouping, nil]
          fields = grouper == :fields ? Array(fields).map(&:to_s) : nil
          unless fields || PLAIN.include?(grouper)
            raise RuntimeError, "unknown grouper=#{grouper.inspect}", [source.at, *caller]
          end

          declarer.read(source.source_id, source.stream, grouper, fields, source.at)
        end
      end

      private

      def wrapper
        Java::JRubyBolt
      end
    end
  end
end
