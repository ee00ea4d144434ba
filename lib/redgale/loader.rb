# frozen_string_literal: true

require "redgale/program"

module Redgale
  # Loads a topology file and picks the topology in it.
  #
  # A library with topologies of its own kind is a layer: it has a file `LIBRARY/redgale_layer.rb` that calls
  # {Loader.use}. That file is loaded before a topology file that requires the library, so that it can prepare what
  # stands above the `require`.
  # @api private
  class Loader
    # Libraries that the text of a topology file requires.
    REQUIRED = /^[^#\n]*\brequire\b[\s(]*["']([\w-]+)["']/

    class << self
      # @return [Loader, nil] the one that loads a topology file now
      attr_reader :current

      # Adds a layer to the file that is being loaded.
      # @param layer [Object] with `enter(file)`, called at once; `load(path)`, which loads the file if it is there in
      #   time; and `program(name)`, which gives what the file asks to be run: like a {Program}, or nil
      def use(layer)
        current&.use(layer)
      end

      # @yield while this loader loads its file
      def standing(loader)
        @current = loader
        yield
      ensure
        @current = nil
      end
    end

    # What `bolt Split, parallelism: 2 { ... }` most often is.
    BRACE_HINT = "a { } block after options needs parentheses, as in bolt(Split, parallelism: 2) { ... }, or do ... end"

    # @param file [String] path as the user gave it
    def initialize(file)
      @file = file
      @layers = []
    end

    # @param name [String, nil] name or class of the wanted topology; needed if the file has several
    # @return [Program, Object] what runs it
    # @raise [LoadFileError] with what is wrong and where
    def program(name = nil)
      before = Topology.redgale_all.dup
      Loader.standing(self) { load_file }
      found = @layers.lazy.filter_map { |layer| layer.program(name&.to_s) }.first
      found || Program.new(choose(Topology.redgale_all - before, name&.to_s))
    end

    # @param layer [Object]
    def use(layer)
      @layers << layer
      layer.enter(@file)
    end

    # The error for something in this file.
    # @param message [String]
    # @return [LoadFileError]
    def error(message, place = @file)
      LoadFileError.new("#{place}: #{message}")
    end

    # Where in this file an error was raised; the file if that is not known.
    # @return [String]
    def place_of(error)
      line = error.backtrace.to_a.filter_map { |frame| line_of(frame) }.first
      line ? "#{@file}:#{line}" : @file
    end

    private

    def load_file
      wrong("no such file") unless File.exist?(@file)
      wrong("is a directory; a topology file is needed") if File.directory?(@file)
      wrong("is empty") if File.empty?(@file)
      use_layers
      load_now(File.expand_path(@file))
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

    def use_layers
      File.read(@file, encoding: Encoding::BINARY).scan(REQUIRED).flatten.uniq.each do |library|
        file = "#{library}/redgale_layer.rb"
        require file if $LOAD_PATH.any? { |folder| File.file?(File.join(folder, file)) }
      end
    end

    def load_now(path)
      @layers.any? ? @layers.first.load(path) : load(path)
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
      raise error(message)
    end

    # Line of a frame of a backtrace, if it is of this file.
    def line_of(frame)
      path, line = frame.split(":", 3)
      line if same_file?(path)
    end

    def same_file?(path)
      File.expand_path(path) == File.expand_path(@file)
    end

    def shorten(message)
      message.gsub("#{File.dirname(File.expand_path(@file))}/", "").strip
    end
  end
end
