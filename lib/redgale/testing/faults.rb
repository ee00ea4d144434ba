# frozen_string_literal: true

require "redgale/runtime/executor"
require "redgale/testing/errors"

module Redgale
  module Testing
    # What user code raised in a run, and what of it the test must hear of.
    # @api private
    class Faults
      # Exceptions of user code that are its affair. All others come from elsewhere (an expectation of a test that did
      # not hold, say) and are for the test.
      USUAL = [StandardError, ScriptError, NoMemoryError, SystemStackError].freeze

      # @param errors [Array] of a {Record}; gets what user code raises
      def initialize(errors)
        @errors = errors
      end

      # User code raised, and its executor goes on.
      def survived(component, error)
        @errors << [component.id, error]
        @for_test ||= [component.id, error] if unusual?(error)
      end

      # User code ended the worker.
      def died(component, error)
        @errors << [component.id, error]
        @died = [component.id, error]
        @for_test ||= @died
      end

      # Whether user code ended the worker.
      def died?
        !@died.nil?
      end

      # @raise [SimulationError] if user code ended the worker
      def check
        return unless @died

        id, error = @died
        raise SimulationError, "the simulation is over: `#{id}` ended the worker by #{error.class}: #{error.message}"
      end

      # Raises what the test must know, once.
      # @raise [WorkerEnded, Exception]
      def tell
        id, error = @for_test
        @for_test = nil
        raise_for_test(id, error) if error
      end

      # Raises an exception of user code in the test, in a form that does not end the test run.
      # @raise [WorkerEnded, Exception]
      def raise_for_test(id, error)
        deadly?(error) ? raise(WorkerEnded.new(id, error), cause: error) : raise(error)
      end

      private

      # What would end the test run.
      def deadly?(error)
        Runtime::Executor::ENDING.any? { |kind| error.is_a?(kind) } || fatal?(error)
      end

      def fatal?(error)
        error.class.name == "fatal" # rubocop:disable Style/ClassEqualityComparison -- the class has no constant
      end

      def unusual?(error)
        USUAL.none? { |kind| error.is_a?(kind) } || error.is_a?(SimulationError)
      end
    end
  end
end
