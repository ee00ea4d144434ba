# frozen_string_literal: true

require "redgale/errors"

module Redgale
  module Commands
    # A command that cannot be done: what to tell the user, and the exit code.
    # @api private
    class Refusal < Error
      # The command could not be done; nothing was changed.
      FAILED = 1
      # The command line is wrong.
      MISUSED = 2

      # @return [Integer]
      attr_reader :exit_code

      # @param message [String]
      # @param exit_code [Integer]
      def initialize(message, exit_code = FAILED)
        super(message)
        @exit_code = exit_code
      end
    end
  end
end
