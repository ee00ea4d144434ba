# frozen_string_literal: true

require "redgale/testing/result"

module Redgale
  module Testing
    # What one can do with a topology under test, and ask of it at any time.
    module Moves
      include View

      # Lets time pass: whatever is due in it happens at its time: ticks, timeouts, replays, batches.
      # @param seconds [Numeric] from 0
      # @return [Result] what happened
      # @raise [SimulationError] from a handler; after {#close}; if tuples are emitted without end
      def advance(seconds)
        report { run.advance(seconds) }
      end

      # Lets everything happen that needs no time: what threads of components emitted or acked meanwhile.
      # @return [Result] what happened
      # @raise [SimulationError] as for {#advance}
      def settle
        report { run.move(&:settle) }
      end

      # Makes the spouts emit again; their `on_activate` is called.
      # @return [Result] what happened
      # @raise [SimulationError] as for {#advance}
      def activate
        report { run.turn(:active) }
      end

      # Makes the spouts emit nothing new; their `on_deactivate` is called.
      # @return [Result] what happened
      # @raise [SimulationError] as for {#advance}
      def deactivate
        report { run.turn(:inactive) }
      end

      # Ends it: `on_deactivate` and `on_close` are called. A second call does nothing.
      # @return [Result] what happened
      # @raise [SimulationError] from a handler
      def close
        report { run.close }
      end

      # @return [Float] simulated seconds since the start
      def seconds
        run.seconds
      end

      # @return [Boolean] whether every spout has finished
      def finished?
        run.finished?
      end

      # Tuples of spouts whose trees are not done.
      # @param spout [Class, Symbol, String, nil] nil: all
      # @return [Array<Array>] their values
      def pending(spout = nil)
        id = spout && plan.id_of(spout)
        run.pending.select { |one| id.nil? || one.component == id }.map(&:values)
      end

      # @return [String]
      def inspect
        "#<#{self.class} at #{seconds} s\n#{summary}>"
      end

      private

      def plan
        run.plan
      end

      def happened(part)
        run.record.public_send(part)
      end

      def report
        mark = run.record.mark
        yield
        result(run.record.since(mark))
      end

      def result(parts)
        Result.new(plan, parts, run.pending, run.seconds)
      end
    end
  end
end
