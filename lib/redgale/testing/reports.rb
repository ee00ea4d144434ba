# frozen_string_literal: true

module Redgale
  module Testing
    # What the executors of a {Run} ask it and report to it.
    # @api private
    module Reports
      # @return [Boolean]
      def forked?
        Process.pid != @pid
      end

      def instance(component, task)
        @assembly.instance(component, task)
      end

      def groupings_for(component)
        @assembly.groupings_for(component)
      end

      # User code raised, and the executor goes on.
      def report_error(component, error)
        faults.survived(component, error)
      end

      # User code ended the worker.
      # @return [false] the executor leaves its loop
      def die(component, error)
        faults.died(component, error)
        false
      end

      # The thread is the test's own: whoever ends it ends the test.
      def killed(_executor); end
    end
  end
end
