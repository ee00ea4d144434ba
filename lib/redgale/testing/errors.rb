# frozen_string_literal: true

require "redgale/errors"

module Redgale
  module Testing
    # User code ended the worker in a way that would end the test run, too: `exit`, a signal, Ruby's `fatal`. Its
    # `cause` is the exception.
    class WorkerEnded < Error
      # @return [Integer] exit code that the worker would have ended with
      attr_reader :status

      # @param component [String] id of the component
      # @param error [Exception] what user code raised
      # @api private
      def initialize(component, error)
        @status = error.is_a?(SystemExit) ? error.status : 70
        super("`#{component}` ended the worker: #{error.class}: #{error.message} (exit code #{status})")
      end
    end

    # {Testing.complete} met an error or a failed tuple. Its `cause` is the first error.
    class Failed < Error
      # @return [Completion] what happened all the same
      attr_reader :result

      # @param message [String]
      # @param result [Completion]
      # @api private
      def initialize(message, result)
        @result = result
        super(message)
      end
    end

    # {Testing.complete} reached its limit before the topology was done.
    class NotFinished < Error
      # @return [Completion] what happened until then
      attr_reader :result

      # @param message [String]
      # @param result [Completion]
      # @api private
      def initialize(message, result)
        @result = result
        super(message)
      end
    end
  end
end
