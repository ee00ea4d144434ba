# frozen_string_literal: true

require "json"
require "redgale"
require "redgale/loader"
require "redgale/progress"
require "redgale/report"

module Redgale
  # The Ruby half of the commands that load a topology file: `local` and `graph`.
  # @api private
  class Launcher
    # A `--log` that cannot be read.
    class LogLevelError < Error; end

    # Exit code for a file or definition that is wrong.
    WRONG = 1
    # Exit code for a command line that is wrong.
    MISUSED = 2
    # "info" or "redgale=debug".
    LOG_PART = /\A\s*([^=\s]+=)?(off|#{Log::LEVELS.join('|')})\s*\z/i

    # @param json [String] the command, as the binary wrote it
    # @return [Integer] exit code
    def self.main(json)
      command = JSON.parse(json)
      new(command).public_send(command.fetch("command"))
    rescue DefinitionError => e
      warn e.message
      warn "redgale: #{e.problems.size} problem#{'s' if e.problems.size > 1} found; nothing was run"
      WRONG
    rescue LoadFileError => e
      warn "redgale: #{e.message}"
      WRONG
    rescue LogLevelError => e
      warn "redgale: --log (or REDGALE_LOG): #{e.message}; levels: #{Log::LEVELS.join(', ')}, off"
      MISUSED
    end

    def initialize(command)
      @command = command
      start_log(command.fetch("log", "info"))
    end

    # Validates and prints the topology.
    # @return [Integer] exit code
    def graph
      definition = load_definition
      puts Native.graph(JSON.generate(definition.to_model), @command.fetch("format"))
      0
    end

    # Runs the topology.
    # @return [Integer] exit code
    def local
      require "redgale/runtime/local_run"
      data = data_stream
      definition = load_definition
      progress = Progress.for(@command.fetch("progress"), data || $stderr)
      report = run(definition, progress)
      progress.finish
      show(report, data)
      report["exit_code"]
    end

    private

    # A word that is no level would be taken for a target, and switch everything else off.
    def start_log(filter)
      odd = filter.split(",").find { |part| !LOG_PART.match?(part) }
      raise LogLevelError, "`#{odd}` is no level#{Suggestion.for(odd, Log::LEVELS)}" if odd

      Native.start_log(filter)
    rescue ArgumentError => e
      raise LogLevelError, e.message
    end

    # With --json the real stdout carries data only; what user code prints goes to stderr.
    def data_stream
      return unless @command["progress"] == "json"

      data = $stdout.dup
      $stdout.reopen($stderr)
      data
    end

    def load_definition
      topology = Loader.new(@command.fetch("file")).topology(@command["topology"])
      definition = topology.define(env: @command.fetch("env", "local").to_sym, overrides: @command.fetch("set", {}))
      definition.check!.each { |warning| Log.warn(Problem.line(warning)) }
      definition
    end

    def run(definition, progress)
      definition.submit
      options = { strict: @command["strict"], debug: @command["debug"], timeout: @command["timeout"],
                  every: progress.every, ending: progress.method(:finish) }
      Runtime::LocalRun.new(definition, options).call { |snapshot| progress.call(snapshot) }
    end

    def show(report, data)
      $stdout.flush
      report = Report.new(report)
      data ? data.puts(report.json) : warn(report.text)
      data&.flush
    end
  end
end
