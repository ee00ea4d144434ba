# frozen_string_literal: true

require "red_storm/dsl/output_collector"
require "red_storm/dsl/tuple"
require "red_storm/java/config"
require "red_storm/java/exceptions"
require "red_storm/java/fields"
require "red_storm/java/jruby_component"
require "red_storm/java/jruby_shell_component"
require "red_storm/java/local_cluster"
require "red_storm/java/logger"
require "red_storm/java/storm_submitter"
require "red_storm/java/system"
require "red_storm/java/test_word_spout"
require "red_storm/java/topology_builder"
require "red_storm/java/topology_context"
require "red_storm/java/utils"
require "red_storm/java/values"

module RedStorm
  module Java
    # A Java class that there is not.
    class UnknownClass < NameError
      def initialize(message)
        @text = message
        super
      end

      # Without the lines of this library that Ruby shows for a NameError.
      def to_s
        @text
      end
      alias message to_s
    end

    # The Java classes that have a stand-in, by full name, and what to use instead of others.
    module Classes
      # What is there.
      KNOWN = {
        "backtype.storm.Config" => Config,
        "backtype.storm.LocalCluster" => LocalCluster,
        "backtype.storm.StormSubmitter" => StormSubmitter,
        "backtype.storm.spout.SpoutOutputCollector" => DSL::SpoutOutputCollector,
        "backtype.storm.task.OutputCollector" => DSL::OutputCollector,
        "backtype.storm.task.TopologyContext" => TopologyContext,
        "backtype.storm.testing.TestWordSpout" => TestWordSpout,
        "backtype.storm.topology.TopologyBuilder" => TopologyBuilder,
        "backtype.storm.tuple.Fields" => Fields,
        "backtype.storm.tuple.Tuple" => DSL::Tuple,
        "backtype.storm.tuple.TupleImpl" => DSL::Tuple,
        "backtype.storm.tuple.Values" => Values,
        "backtype.storm.utils.Utils" => Utils,
        "java.lang.ClassCastException" => ClassCastException,
        "java.lang.IllegalArgumentException" => IllegalArgumentException,
        "java.lang.IndexOutOfBoundsException" => IndexOutOfBoundsException,
        "java.lang.System" => System,
        "java.lang.Thread" => Thread,
        "org.apache.log4j.Logger" => Logger,
        "org.slf4j.LoggerFactory" => Logger,
        "redstorm.storm.jruby.JRubyBolt" => JRubyBolt,
        "redstorm.storm.jruby.JRubyShellBolt" => JRubyShellBolt,
        "redstorm.storm.jruby.JRubyShellSpout" => JRubyShellSpout,
        "redstorm.storm.jruby.JRubySpout" => JRubySpout
      }.freeze

      # What to use instead of what is not there: the first that the name begins with.
      INSTEAD = {
        "backtype.storm.LocalDRPC" => "DRPC comes in a later release",
        "backtype.storm.drpc." => "DRPC comes in a later release",
        "backtype.storm.utils.DRPCClient" => "DRPC comes in a later release",
        "backtype.storm.coordination." => "batches come with DRPC in a later release",
        "backtype.storm.transactional." => "Storm's transactional topologies are not supported; use message ids",
        "storm.trident." => "Trident is not supported; use spouts and bolts",
        "redstorm.storm.jruby.JRubyTrident" => "Trident is not supported; use spouts and bolts",
        "redstorm.storm.jruby.JRubyBatch" => "batches come with DRPC in a later release",
        "redstorm.storm.jruby.JRubyTransactional" =>
          "Storm's transactional topologies are not supported; use message ids",
        "storm.kafka." => "write a spout with a Kafka client for Ruby",
        "redis.clients." => "use the gem redis",
        "java.util.concurrent." => "use Ruby's Queue, SizedQueue, Mutex and Thread",
        "java.util.HashMap" => "use a Ruby Hash",
        "java.util.ArrayList" => "use a Ruby Array",
        "java.util." => "use Ruby's own classes",
        "java.lang." => "use Ruby's own classes",
        "java.io." => "use Ruby's own classes",
        "backtype.storm." => "it has no stand-in; use RedStorm::DSL or Redgale's own classes"
      }.freeze

      # For all others.
      OTHERWISE = "write it in Ruby, or run it as a program of its own"

      class << self
        # @param name [String] full name of a Java class, or JRuby's constant for it
        # @return [Class, Module]
        # @raise [UnknownClass] naming it and what to use instead
        def find(name)
          name = dotted(name) if name.start_with?("Java::")
          KNOWN.fetch(name) { raise UnknownClass, "cannot load Java class #{name}: there is no JVM; #{instead(name)}" }
        end

        private

        def instead(name)
          INSTEAD.find { |beginning, _| name.start_with?(beginning) }&.last || OTHERWISE
        end

        # Java::BacktypeStormTuple::Values -> backtype.storm.tuple.Values.
        def dotted(name)
          _, package, klass = name.split("::", 3)
          "#{package.gsub(/(?<!\A)([A-Z])/, '.\1').downcase}.#{klass}"
        end
      end
    end
  end
end
