# frozen_string_literal: true

module Redgale
  # Loads a topology file and picks the topology in it.
  # @api private
  class Loader
    # @param file [String] path as the user gave it
    def initialize(file)
      @file = file
    end

    # @param name [String, nil] name or class of the wanted topology; needed if the file has several
    # @return [Class] the topology
    # @raise [LoadFileError] with what is wrong and where
    def topology(name = nil)
      before = Topology.redgale_all.dup
      load_file
      choose(Topology.redgale_all - before, name)
    end

    private

    def load_file
      wrong("no such file") unless File.exist?(@file)
      wrong("is a directory; a topology file is needed") if File.directory?(@file)
      wrong("is empty") if File.empty?(@file)
      load(File.expand_path(@file))
    rescue SyntaxError => e
      raise LoadFileError, "syntax error: #{shorten(e.message)}"
    rescue StandardError, LoadError, NotImplementedError => e
      raise if e.is_a?(LoadFileError)

      raise LoadFileError, "#{place_of(e)}: #{e.class}: #{e.message}"
    end

    def choose(topologies, name)
      # a topology that another one inherits from is a base, not a candidate
      topologies = topologies.reject { |topology| topologies.any? { |other| other < topology } }
      wrong("has no topology: a class that inherits from Redgale::Topology is needed") if topologies.empty?
      names = topologies.to_h { |topology| [topology, [topology.name, Inflection.underscore(topology.name.to_s)]] }
      return by_name(names, name) if name
      return topologies.first if topologies.size == 1

      wrong("has several topologies (#{names.values.map(&:first).join(', ')}): choose one with --topology NAME")
    end

    def by_name(names, name)
      found = names.find { |_, spellings| spellings.include?(name) }&.first
      found || wrong("has no topology `#{name}`#{Suggestion.for(name, names.values.flatten)}; it has: " \
                     "#{names.values.map(&:first).join(', ')}")
    end

    def wrong(message)
      raise LoadFileError, "#{@file}: #{message}"
    end

    def place_of(error)
      line = error.backtrace_locations&.find { |location| location.absolute_path == File.expand_path(@file) }&.lineno
      line ? "#{@file}:#{line}" : @file
    end

    def shorten(message)
      message.gsub("#{File.dirname(File.expand_path(@file))}/", "").strip
    end
  end
end
