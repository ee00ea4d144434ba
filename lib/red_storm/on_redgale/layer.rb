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

      # Adds itself to a loader, once.
      # @param loader [Redgale::Loader, nil] nil: no topology file is being loaded
      def self.join(loader)
        return if loader.nil? || loader.equal?(@joined)

        @joined = loader
        loader.use(new(loader))
      end

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

      # RedStorm requires the file, so that a component file may require it, too. A plain `require` would leave it out
      # if its name is that of a library.
      # @param path [String]
      def load(path)
        $LOADED_FEATURES << File.realpath(path)
        Kernel.load(path)
      end

      # @param name [String, nil] which topology, if there are several
      # @return [Program, nil] nil if the file has topologies of Redgale's instead
      # @raise [Redgale::LoadFileError] if there is none, or it cannot be started
      def program(name)
        topologies = Configuration.touched
        others = Redgale::Topology.redgale_all
        return none(others) if topologies.empty?

        topology = name ? named(name, topologies, others) : the_last(topologies, others)
        return if topology.nil?
        return Program.new(topology, @file, @loader) if topology.is_a?(Class) && topology.method_defined?(:start)

        raise @loader.error("invalid topology class #{topology.inspect}: it needs a method `start(env)`")
      end

      private

      def none(others)
        return if others.any?

        raise @loader.error("has no topology: a class that inherits from RedStorm::DSL::Topology (or " \
                            "Redgale::Topology), or that sets RedStorm::Configuration.topology_class, is needed")
      end

      def named(name, topologies, others)
        found = topologies.find { |topology| spellings(topology).include?(name) }
        # one of Redgale's may have it
        return found if found || others.any?

        names = topologies.map(&:name)
        raise(@loader.error("has no topology `#{name}`#{Redgale::Suggestion.for(name, names)}; " \
                            "it has: #{names.join(', ')}"))
      end

      def spellings(topology)
        own = topology.respond_to?(:topology_name) ? [topology.topology_name] : []
        [topology.name, DSL::Underscore.of(topology), *own]
      end

      def the_last(topologies, others)
        if others.any?
          raise @loader.error("has topologies of RedStorm's and of Redgale's " \
                              "(#{[*topologies, *others].map(&:name).join(', ')}): choose one with --topology NAME")
        end
        return topologies.last if topologies.one?

        Redgale::Log.warn("#{@file} has several topologies (#{topologies.map(&:name).join(', ')}): " \
                          "#{topologies.last.name} runs, because it was stated last; --topology NAME chooses another")
        topologies.last
      end
    end
  end
end
