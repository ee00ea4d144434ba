# frozen_string_literal: true

module Redgale
  # Loads a topology file and picks the topology in it.
  # @api private
  class Loader
    # What `bolt Split, parallelism: 2 { ... }` most often is.
    BRACE_HINT = "a { } block after options needs parentheses, as in bolt(Split, parallelism: 2) { ... }, or do ... end"

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
      choose(Topology.redgale_all - before, name&.to_s)
    end

    private

    def load_file
      wrong("no such file") unless File.exist?(@file)
      wrong("is a directory; a topology file is needed") if File.directory?(@file)
      wrong("is empty") if File.empty?(@file)
      load(File.expand_path(@file))
    rescue SyntaxError => e
      hint = BRACE_HINT if e.message.match?(/unexpected '\{'/)
      raise LoadFileError, ["syntax error: #{shorten(e.message)}", hint].compact.join("\n")
    rescue LoadFileError, SystemExit, SignalException
      raise
    rescue NotAvailable => e
      raise LoadFileError, "#{place_of(e)}: #{e.message}"
    rescue Exception => e # rubocop:disable Lint/RescueException -- whatever it is, the file could not be loaded
      raise LoadFileError, "#{place_of(e)}: #{e.class}: #{e.message}"
    end

    def choose(topologies, name)
      wrong("has no topology: a class that inherits from Redgale::Topology is needed") if topologies.empty?
      return by_name(topologies, name) if name

      topologies = candidates(topologies)
      return topologies.first if topologies.size == 1

      wrong("has several topologies (#{topologies.map { |one| label(one) }.join(', ')}): " \
            "choose one with --topology NAME")
    end

    # Topologies of the file itself come before those of files it requires; one that another inherits from is a base.
    def candidates(topologies)
      own = topologies.select { |topology| here?(topology) }
      own = topologies if own.empty?
      own.reject { |topology| own.any? { |other| other < topology } }
    end

    def here?(topology)
      same_file?(topology.redgale_own[:at].sub(/:\d+\z/, ""))
    end

    def by_name(topologies, name)
      labels = topologies.map { |one| label(one) }
      topologies.find { |topology| spellings(topology).include?(name) } ||
        wrong("has no topology `#{name}`#{Suggestion.for(name, labels)}; it has: #{labels.join(', ')}")
    end

    # A topology is chosen by its class, or by its name as it runs.
    def spellings(topology)
      [label(topology), Inflection.underscore(label(topology)), topology.redgale_own[:name]].compact
    end

    def label(topology)
      topology.name || "a class without a name"
    end

    def wrong(message)
      raise LoadFileError, "#{@file}: #{message}"
    end

    def place_of(error)
      line = error.backtrace_locations&.find { |location| same_file?(location.path) }&.lineno
      line ? "#{@file}:#{line}" : @file
    end

    def same_file?(path)
      File.expand_path(path) == File.expand_path(@file)
    end

    def shorten(message)
      message.gsub("#{File.dirname(File.expand_path(@file))}/", "").strip
    end
  end
end
