# frozen_string_literal: true

require "red_storm/configuration"
require "red_storm/java/names"
require "red_storm/on_redgale/program"

module RedStorm
  module OnRedgale
    # What Redgale's loader asks of a layer: how `redgale local` and `redgale graph` run topology files that require
    # red_storm.
    class Layer
      # `require "java"` finds its file here.
      REQUIRABLE = File.expand_path("requirable", __dir__)

      # @param loader [Redgale::Loader]
      def initialize(loader)
        @loader = loader
      end

      # Before the file is loaded, or when something it requires turns out to require red_storm: the names of the Java
      # side, and RedStorm's load path.
      # @param file [String]
      def enter(file)
        @file = file
        Java::Names.define
        folders = ["#{CWD}/target/lib", "#{CWD}/lib", CWD]
        $LOAD_PATH.unshift(*folders)
        $LOAD_PATH.push(File.dirname(File.expand_path(file)), REQUIRABLE)
      end

      # As RedStorm, so that a component file may require the topology file.
      # @param path [String]
      def load(path)
        path.end_with?(".rb") ? require(path) : Kernel.load(path)
      end

      # @param name [String, nil] which topology, if there are several
      # @return [Program, nil] nil if the file has topologies of Redgale's instead
      # @raise [Redgale::LoadFileError] if there is none, or it cannot be started
      def program(name)
        topologies = Configuration.touched
        return none if topologies.empty?

        topology = name ? named(name, topologies) : the_last(topologies)
        return Program.new(topology, @file, @loader) if topology.is_a?(Class) && topology.method_defined?(:start)

        raise @loader.error("invalid topology class #{topology.inspect}: it needs a method `start(env)`")
      end

      private

      def none
        return unless Redgale::Topology.redgale_all.empty?

        raise @loader.error("has no topology: a class that inherits from RedStorm::DSL::Topology (or " \
                            "Redgale::Topology), or that sets RedStorm::Configuration.topology_class, is needed")
      end

      def named(name, topologies)
        names = topologies.map(&:name)
        topologies.find { |topology| spellings(topology).include?(name) } ||
          raise(@loader.error("has no topology `#{name}`#{Redgale::Suggestion.for(name, names)}; " \
                              "it has: #{names.join(', ')}"))
      end

      def spellings(topology)
        own = topology.respond_to?(:topology_name) ? [topology.topology_name] : []
        [topology.name, DSL::Underscore.of(topology), *own]
      end

      def the_last(topologies)
        return topologies.last if topologies.one?

        Redgale::Log.warn("#{@file} has several topologies (#{topologies.map(&:name).join(', ')}): " \
                          "#{topologies.last.name} runs, because it was stated last; --topology NAME chooses another")
        topologies.last
      end
    end
  end
end
