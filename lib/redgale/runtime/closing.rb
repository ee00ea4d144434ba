# frozen_string_literal: true

module Redgale
  module Runtime
    # Waits for the executors' threads when the run is over.
    #
    # on_close has the time it needs; after a signal or --timeout it has until the deadline. A thread that user code
    # keeps busy elsewhere is left behind: the process ends without it.
    # @api private
    class Closing
      # Seconds of shutdown_timeout that are left for on_close after an unfinished drain.
      SHARE = 0.2
      # Of these, the part that is waited for threads that may never end; the rest is for the report.
      PATIENCE = 0.5
      # Lines of a busy thread's backtrace that are logged.
      BACKTRACE = 8

      # @param executors [Array<Executor>]
      # @param outcome [Outcome]
      # @param timeout [Float] shutdown_timeout, seconds
      def initialize(executors, outcome, timeout)
        @executors = executors
        @outcome = outcome
        @share = timeout * SHARE
      end

      # @param drain_until [Float, nil] when the drain had to be over, if there was one; monotonic seconds
      def call(drain_until)
        join(@executors, now + (@share * PATIENCE))
        case @outcome.state
        when :finished then @executors.select(&:closing?).each { |executor| executor.join(nil) }
        when :drained then close_until(drain_until ? drain_until + @share : now)
        end
        @executors.each { |executor| tell(executor) if executor.busy? }
      end

      private

      def close_until(deadline)
        join(@executors.select(&:closing?), deadline)
        @outcome.overdue if @executors.any?(&:closing?)
      end

      def join(executors, deadline)
        executors.each { |executor| executor.join([deadline - now, 0].max) }
      end

      def tell(executor)
        lines = executor.backtrace.first(BACKTRACE).map { |line| "\n    #{line}" }
        Log.warn("executor #{executor.index} was still busy at the end#{lines.join}", component: executor.component.id)
      end

      def now
        Process.clock_gettime(Process::CLOCK_MONOTONIC)
      end
    end
  end
end
