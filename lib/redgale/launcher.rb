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
      say("#{e.message}\nredgale: #{e.problems.size} problem#{'s' if e.problems.size > 1} found; nothing was run")
      WRONG
    rescue LoadFileError => e
      say("redgale: #{e.message}")
      WRONG
    rescue LogLevelError => e
      say("redgale: --log (or REDGALE_LOG): #{e.message}; levels: #{Log::LEVELS.join(', ')}, off")
      MISUSED
    end

    # To stderr. The exit code says the same, so that text that cannot be written changes nothing.
    def self.say(text)
      warn text
    rescue SystemCallError, IOError
      nil
    end
    private_class_method :say

    def initialize(command)
      @command = command
      start_log(command.fetch("log", "info"))
    end

    # Validates and prints the topology.
    # @return [Integer] exit code
    def graph
      run_program do |definition|
        check(definition)
        puts Native.graph(JSON.generate(definition.to_model), @command.fetch("format"))
        return 0
      end
    end

    # Runs the topology.
    # @return [Integer] exit code
    def local
      require "redgale/runtime/local_run"
      data = data_stream
      run_program do |definition, options|
        check(definition)
        progress = Progress.for(kind_of_progress, data || $stderr)
        report, run = run(definition, options, progress)
        progress.finish
        show(Report.new(report), data)
        [report, run]
      end
    end

    private

    # A word that is no level would be taken for a target, and switch everything else off.
    def start_log(filter)
      odd = filter.split(",").find { |part| !LOG_PART.match?(part) }
      raise LogLevelError, "`#{odd}` is no level#{Suggestion.for(odd, Log::LEVELS)}" if odd

      Log.start(filter)
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

    def run_program(&block)
      program = Loader.new(@command.fetch("file")).program(@command["topology"])
      program.run(@command["command"], env: @command.fetch("env", "local").to_sym,
                                       overrides: @command.fetch("set", {}), &block)
    end

    def check(definition)
      definition.check!.each { |warning| Log.warn(Problem.line(warning)) }
    end

    def run(definition, options, progress)
      definition.submit
      own = { strict: @command["strict"], debug: @command["debug"], timeout: @command["timeout"],
              every: progress.every, ending: progress.method(:finish) }
      run = Runtime::LocalRun.new(definition, own.merge(options))
      [run.call { |snapshot| progress.call(snapshot) }, run]
    end

    # A line that is redrawn would stand where one types at a breakpoint.
    def kind_of_progress
      kind = @command.fetch("progress")
      @command["debug"] && kind == "terminal" ? "none" : kind
    end

    # A report that cannot be written leaves the exit code of the run.
    def show(report, data)
      flush($stdout)
      out = data || $stderr
      out.puts(data ? report.json : report.text)
      out.flush
    rescue SystemCallError, IOError => e
      Log.warn("the report could not be written: #{e.class}: #{e.message}")
    end

    def flush(stream)
      stream.flush
    rescue SystemCallError, IOError
      nil
    end
  end
end
