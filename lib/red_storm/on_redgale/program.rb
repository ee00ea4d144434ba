# frozen_string_literal: true

require "red_storm/on_redgale/stage"
require "red_storm/on_redgale/starter"

module RedStorm
  module OnRedgale
    # A topology of RedStorm's, run by Redgale's launcher: its `start` has a thread of its own, and what it submits runs
    # on the main thread.
    class Program
      # Exit code if the program failed beside a topology that ran.
      FAILED = 70

      # @param topology [Class] with `start(env)` or `start(path, env)`
      # @param file [String]
      # @param loader [Redgale::Loader]
      def initialize(topology, file, loader)
        @topology = topology
        @file = file
        @loader = loader
      end

      # As Redgale::Program#run.
      # @raise [Redgale::LoadFileError] if the program failed before it submitted anything
      def run(command, env:, overrides:, &block)
        Stage.current = stage = Stage.new
        announce(env) if command == "local"
        starter = Starter.new(@topology, @file, env, stage)
        codes = submissions(stage).map { |submission| perform(submission, overrides, block) }
        exit_code(starter, codes)
      ensure
        starter&.kill
        Stage.current = nil
      end

      private

      def announce(env)
        name = "/#{@topology.topology_name}" if @topology.respond_to?(:topology_name)
        puts "RedStorm v#{VERSION} starting topology #{@topology.name}#{name} in #{env} environment"
      end

      # Those that the program submits one after the other. When one ends otherwise than by the program's wish, the
      # program ends with it.
      def submissions(stage)
        Enumerator.new do |found|
          while (submission = stage.next)
            found << submission
            break unless submission.stopped?
          end
        end
      end

      # @return [Integer] exit code of the run
      def perform(submission, overrides, block)
        options = { patience: Stage::PATIENCE, block: submission.method(:started) }
        report, run = block.call(definition_of(submission, overrides), options)
        # the program goes on: signals end it
        run.unwatch_signals if submission.stopped?
        report["exit_code"]
      ensure
        submission.ended
      end

      # User code runs here, too: constructors, `declare_output_fields`, `get_component_configuration`.
      def definition_of(submission, overrides)
        submission.definition(overrides)
      rescue StandardError, ScriptError => e
        raise @loader.error(describe(e), @loader.place_of(e))
      end

      def exit_code(starter, codes)
        return starter.status if starter.status
        return codes.last || 0 unless starter.error
        raise @loader.error(describe(starter.error), @loader.place_of(starter.error)) if codes.empty?

        codes.last.zero? ? FAILED : codes.last
      end

      def describe(error)
        "#{error.class}: #{error.message}"
      end
    end
  end
end
