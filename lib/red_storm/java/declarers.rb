# frozen_string_literal: true

require "redgale/place"
require "red_storm/java/fields"
require "red_storm/java/exceptions"

module RedStorm
  module Java
    # What can be said of a component of a {TopologyBuilder}. Each method returns the declarer.
    class ComponentDeclarer
      extend JavaNames

      # @return [String]
      attr_reader :id
      # @return [Object] what was given to the builder
      attr_reader :component
      # @return [Integer] executors
      attr_reader :parallelism
      # @return [Integer, nil] tasks, if they differ from the executors
      attr_reader :tasks
      # @return [Hash{String => Object}]
      attr_reader :configuration
      # @return [String] "file:line" of the statement
      attr_accessor :at
      # @return [Hash{String => Array<String>}] fields that win over those the component declares
      # @api private
      attr_accessor :streams

      # @api private
      def initialize(id, component, parallelism)
        @id = id.to_s
        @component = component
        @parallelism = parallelism || 1
        @configuration = {}
        @streams = {}
        @at = Redgale::Place.of_caller
      end

      # @return [self]
      def add_configuration(key, value)
        @configuration[key.to_s] = value
        self
      end

      # @param configuration [Hash]
      # @return [self]
      def add_configurations(configuration)
        configuration.each { |key, value| add_configuration(key, value) }
        self
      end

      { debug: "topology.debug", max_spout_pending: "topology.max.spout.pending",
        max_task_parallelism: "topology.max.task.parallelism" }.each do |word, key|
        define_method(:"set_#{word}") { |value| add_configuration(key, value) }
      end

      define_method(:set_num_tasks) do |tasks|
        @tasks = tasks
        self
      end

      java_names
    end

    # A spout of a builder.
    class SpoutDeclarer < ComponentDeclarer
      # @return [Symbol]
      def kind
        :spout
      end

      # @return [Array] a spout reads nothing
      def sources
        []
      end
    end

    # A bolt of a builder.
    class BoltDeclarer < ComponentDeclarer
      # A subscription: who is read, on which stream, how, and where that is said.
      Source = Struct.new(:component, :stream, :grouping, :fields, :at)

      def initialize(*)
        super
        @sources = {}
      end

      # @return [Symbol]
      def kind
        :bolt
      end

      # @return [Array<Source>] a stream that is read twice is read as said last
      def sources
        @sources.values
      end

      { shuffle: :shuffle, local_or_shuffle: :local_or_shuffle, global: :global, all: :all, none: :none,
        direct: :direct }.each do |name, grouping|
        define_method(:"#{name}_grouping") { |id, stream = "default"| read(id, stream, grouping) }
      end

      # `fields_grouping(id, fields)` or `fields_grouping(id, stream, fields)`.
      # @param fields [Fields, Array<String>]
      # @return [self]
      def fields_grouping(id, *arguments)
        fields = arguments.pop
        read(id, arguments.first || "default", :fields, fields.to_a.map(&:to_s))
      end

      # `custom_grouping(id, object)` or `custom_grouping(id, stream, object)`.
      # @param arguments [Array] the last: an object with `prepare(context, stream, tasks)` and
      #   `choose_tasks(task, values)`
      # @return [self]
      def custom_grouping(id, *arguments)
        object = arguments.pop
        read(id, arguments.first || "default", :custom, object)
      end

      # @api private
      def read(id, stream, grouping, fields = nil, at = Redgale::Place.of_caller)
        @sources[[id.to_s, stream.to_s]] = Source.new(id.to_s, stream.to_s, grouping, fields, at)
        self
      end

      java_names
    end
  end
end
