# frozen_string_literal: true

require "red_storm/java/classes"
require "red_storm/java/package"

module RedStorm
  module Java
    # The names of the Java side in the user's program: `java_import`, `java.lang.System`, `Java::...`, and constants
    # such as `Values` and `JRUBY_VERSION`, which are found when they are missing and so do not count as defined.
    # @api private
    module Names
      # Constants that RedStorm's launcher imported at top level.
      CONSTANTS = %w[
        backtype.storm.Config backtype.storm.LocalCluster backtype.storm.LocalDRPC backtype.storm.StormSubmitter
        backtype.storm.topology.TopologyBuilder backtype.storm.coordination.BatchBoltExecutor
        backtype.storm.drpc.LinearDRPCTopologyBuilder backtype.storm.tuple.Fields backtype.storm.tuple.Tuple
        backtype.storm.tuple.Values backtype.storm.task.OutputCollector backtype.storm.testing.TestWordSpout
        redstorm.storm.jruby.JRubyBolt redstorm.storm.jruby.JRubySpout redstorm.storm.jruby.JRubyShellBolt
        redstorm.storm.jruby.JRubyShellSpout
      ].to_h { |name| [name.split(".").last.to_sym, name] }.freeze

      # The JRuby that RedStorm 0.7 was made for.
      JRUBY = "1.7.11"

      # What a name stands for that no constant has.
      def self.find(name)
        case name
        when :JRUBY_VERSION then JRUBY
        when :Java then Java
        when :Backtype then Backtype
        else CONSTANTS.key?(name) ? Classes.find(CONSTANTS[name]) : nil
        end
      end

      # `Backtype::Config`.
      module Backtype
        Config = Java::Config
      end

      # Looks names up that Ruby does not find.
      module Missing
        # @api private
        def const_missing(name)
          (Names.find(name) if Names.defined_in_program?) || super
        end
      end

      # The methods of JRuby's Java integration.
      module Kernel
        private

        # Makes Java classes known by their last name: `java_import "backtype.storm.tuple.Values"`.
        # @param names [Array<String, Class, Package>]
        # @yieldparam package [String]
        # @yieldparam name [String] last part of the class's name
        # @yieldreturn [String] the constant's name, if not that
        # @return [Array, Class]
        # @raise [UnknownClass]
        def java_import(*names, &block)
          scope = is_a?(Module) ? self : Object
          classes = names.flatten.map { |name| Names.import(scope, name, &block) }
          classes.one? ? classes.first : classes
        end
        alias include_class java_import

        # @return [Package] `java.lang.System`
        %w[java javax org com].each { |package| define_method(package) { Package.of(package) } }
      end

      class << self
        # Defines the names for the rest of the process.
        def define
          return if @defined

          @defined = true
          Java.extend(Root)
          Module.prepend(Missing)
          Object.include(Kernel)
        end

        # @return [Boolean]
        def defined_in_program?
          @defined == true
        end

        # @return [Class]
        def import(scope, name)
          full = name.is_a?(Package) ? name.path : name.to_s
          klass = name.is_a?(Module) ? name : Classes.find(full)
          *package, constant = full.split(/\.|::/)
          constant = yield(package.join("."), constant).to_s if block_given?
          scope.const_set(constant, klass) unless same?(scope, constant, klass)
          klass
        end

        private

        def same?(scope, constant, klass)
          scope.const_defined?(constant, false) && scope.const_get(constant, false).equal?(klass)
        end
      end
    end
  end
end
