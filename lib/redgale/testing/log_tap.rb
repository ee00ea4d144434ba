# frozen_string_literal: true

require "redgale/native"
require "redgale/testing/record"

module Redgale
  module Testing
    # Takes what components log while a simulation moves, instead of stderr.
    # @api private
    module LogTap
      # Of a thread, not of a fiber: an Enumerator's block runs in a fiber of its own.
      VARIABLE = :redgale_testing_logs

      # @param lines [Array<LogLine>] gets what this thread logs while the block runs
      def self.into(lines)
        thread = Thread.current
        before = thread.thread_variable_get(VARIABLE)
        thread.thread_variable_set(VARIABLE, lines)
        yield
      ensure
        thread.thread_variable_set(VARIABLE, before)
      end

      # Stands before the native method.
      def log(level, component, message)
        lines = Thread.current.thread_variable_get(VARIABLE)
        return super unless lines

        lines << LogLine.new(component, level.to_sym, message)
        nil
      end

      Native.singleton_class.prepend(self)
    end
  end
end
