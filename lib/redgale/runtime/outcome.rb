# frozen_string_literal: true

module Redgale
  module Runtime
    # How a run ended, and the exit code that says so.
    # @api private
    class Outcome
      # End state => exit code; a tuple given up makes it 3, an error of the worker decides before all.
      CODES = { finished: 0, drained: 0, stopped: 0, timed_out: 75, failed: 70 }.freeze
      GIVEN_UP = 3
      # Lines of a backtrace that are logged.
      BACKTRACE = 8

      # An exception in words: class, message and where in the user's code, or where at all if it was not there.
      def self.describe(error)
        lines = Place.frames(error.backtrace || [], BACKTRACE).map { |line| "\n    #{line}" }
        "#{error.class}: #{error.message}#{lines.join}"
      end

      attr_reader :errors

      def initialize
        @errors = Hash.new(0)
        @state = nil
        @death = nil
      end

      # @return [Symbol, nil] nil while the run goes on
      def state
        over? && died? ? :failed : @state
      end

      # The first end counts.
      def over(state)
        @state ||= state
      end

      # The time was up before an orderly end was done.
      def overdue
        @state = :timed_out
      end

      def over?
        !@state.nil?
      end

      # User code ended the worker. Not after the time was up: what user code does then is no news.
      def die(error)
        @death ||= error unless %i[timed_out stopped].include?(@state)
      end

      def died?
        !@death.nil?
      end

      def count_error(component)
        @errors[component] += 1
      end

      # @return [Integer] exit status of a worker that user code ended
      def status
        @death.is_a?(SystemExit) ? @death.status : CODES[:failed]
      end

      def exit_code(given_up)
        return status if died?
        return GIVEN_UP if given_up.positive? && CODES.fetch(@state).zero?

        CODES.fetch(@state)
      end
    end
  end
end
