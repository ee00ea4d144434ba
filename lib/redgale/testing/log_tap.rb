# frozen_string_literal: true

require "redgale/log"
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

      # @return [Array<LogLine>, nil] what gets this thread's lines
      def self.lines
        Thread.current.thread_variable_get(VARIABLE)
      end

      # Stands before the native method.
      module Writing
        # As Native.log.
        def log(level, component, message)
          lines = LogTap.lines
          return super unless lines

          lines << LogLine.new(component, level.to_sym, message)
          nil
        end
      end

      # Stands before the question whether a line would be shown: every line is taken.
      module Asking
        # As Log.enabled?
        def enabled?(level)
          LogTap.lines ? true : super
        end
      end

      Native.singleton_class.prepend(Writing)
      Log.singleton_class.prepend(Asking)
    end
  end
end
