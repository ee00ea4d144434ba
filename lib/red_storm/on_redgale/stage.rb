# frozen_string_literal: true

require "English"
require "redgale/definition"
require "red_storm/on_redgale/submission"

module RedStorm
  module OnRedgale
    # Where submitted topologies run, one at a time.
    #
    # Under `redgale local` a stage has the main thread: it runs what the program's own thread submits. Without one
    # (irb, a program of its own) each topology gets a thread, and the process does not end before it.
    class Stage
      # How long a drain may take, in seconds, before the run is ended all the same: Storm does not wait for tuples.
      PATIENCE = 1.0

      class << self
        # @return [Stage, nil] the one that has the main thread
        attr_accessor :current

        # @param submission [Submission]
        def submit(submission)
          (current || Background.new).submit(submission)
        end
      end

      def initialize
        @submissions = Queue.new
      end

      # From the program's thread: returns when the topology runs, or has ended without.
      # @param submission [Submission]
      def submit(submission)
        @last = submission
        @submissions << submission
        submission.wait_for_start
      end

      # From the program's thread: nothing more will be submitted.
      def close
        @submissions.close
      end

      # From the program's thread: ends what was submitted last.
      def stop
        @last&.stop
      end

      # @return [Boolean] whether anything was submitted
      def used?
        !@last.nil?
      end

      # From the main thread.
      # @return [Submission, nil] the next one; nil after {#close}
      def next
        @submissions.pop
      end

      # Runs a topology on a thread of its own.
      class Background
        # @param submission [Submission]
        # @raise [Redgale::DefinitionError]
        def submit(submission)
          definition = submission.definition
          definition.check!.each { |warning| Redgale::Log.warn(Redgale::Problem.line(warning)) }
          thread = Thread.new { run(definition, submission) }
          thread.report_on_exception = false
          at_exit { thread.join if $ERROR_INFO.nil? }
          submission.wait_for_start
        end

        private

        def run(definition, submission)
          require "redgale/runtime/local_run"
          options = { patience: PATIENCE, block: submission.method(:started) }
          local = Redgale::Runtime::LocalRun.new(definition, options)
          local.call
        ensure
          local&.unwatch_signals
          submission.ended
        end
      end
    end
  end
end
