# frozen_string_literal: true

module Redgale
  module Runtime
    # Logs errors of user code, at most so many a second for each component: a handler that fails every tuple must not
    # fill the disk. What was left out is counted in the log.
    # @api private
    class ErrorLog
      # Errors of one component that are logged in one second.
      MOST = 10
      # Seconds of a window.
      WINDOW = 1.0

      # What was logged and left out since the window began.
      Window = Struct.new(:began, :logged, :left_out)

      # @param clock [#call] gives seconds; monotonic
      # @param log [#error] {Log} or the like
      def initialize(clock: -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) }, log: Log)
        @clock = clock
        @log = log
        @windows = {}
        @lock = Mutex.new
      end

      # @param component [String] its id
      # @yieldreturn [String] the words; only asked for if they are logged
      def error(component)
        due = @lock.synchronize { admit(component) }
        @log.error(yield, component: component) if due
      end

      # Logs what was left out so far.
      def flush
        @lock.synchronize { @windows.each { |component, window| close(component, window) } }
      end

      private

      def admit(component)
        now = @clock.call
        window = @windows[component] ||= Window.new(now, 0, 0)
        if now - window.began >= WINDOW
          close(component, window)
          window.began = now
        end
        window.logged < MOST ? window.logged += 1 : (window.left_out += 1) && false
      end

      def close(component, window)
        @log.error("#{window.left_out} more errors were not logged", component: component) if window.left_out.positive?
        window.logged = window.left_out = 0
      end
    end
  end
end
