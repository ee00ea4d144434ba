# frozen_string_literal: true

module Redgale
  module Runtime
    # Gives executors whose thread was killed a new one. A thread that is killed again and again costs no more than one
    # thread per {PAUSE}.
    # @api private
    class Replacements
      # Least seconds between two starts of the same executor.
      PAUSE = 0.1

      # @param clock [#call] gives seconds; monotonic
      def initialize(clock: -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) })
        @clock = clock
        @killed = Queue.new
        @waiting = []
        @started = Hash.new(-PAUSE)
      end

      # From any thread.
      # @param executor [Executor] one whose thread was killed
      def add(executor)
        @killed << executor
      end

      # Starts those whose time has come; the main thread calls it now and then.
      def start
        @waiting << @killed.pop until @killed.empty?
        now = @clock.call
        due, @waiting = @waiting.partition { |executor| now - @started[executor] >= PAUSE }
        due.each do |executor|
          @started[executor] = now
          Log.warn("the thread of executor #{executor.index} was killed: another one takes over, on_init runs again",
                   component: executor.component.id)
          executor.start(nil)
        end
      end

      # @return [Boolean] whether {start} has something to do soon
      def any?
        @waiting.any?
      end
    end
  end
end
