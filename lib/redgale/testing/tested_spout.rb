# frozen_string_literal: true

require "redgale/testing/tested_component"

module Redgale
  module Testing
    # A spout that runs by itself. It is asked when the test says so, and the test acks and fails its tuples.
    class TestedSpout < TestedComponent
      # Longest time that {#ask} lets pass, in simulated seconds: after an error a spout is asked again only after a
      # pause.
      PATIENCE = 1.0

      # Asks for tuples: calls `on_send` so often. A spout that has `max_spout_pending` tuples pending is not asked.
      #
      # @param times [Integer]
      # @return [Reply] what happened; `emitted` is what it emitted
      # @raise [WorkerEnded, Exception] what the spout raised, if it ended the worker
      def ask(times = 1)
        unless times.is_a?(Integer) && times.positive?
          raise ArgumentError, "a spout is asked a number of times from 1, not #{times.inspect}"
        end

        permits = @rig.permits
        report do
          permits.add(times)
          run.move { |simulation| answer(simulation, permits) }
        ensure
          permits.clear
        end
      end
      alias next ask

      # Acks a pending tuple: its `on_ack` is called.
      #
      # @param which [Object] id of the tuple, or its values
      # @return [Reply] what happened
      # @raise [ArgumentError] if no such tuple is pending
      def ack(which)
        decide(which, :ack)
      end

      # Fails a pending tuple: its `on_fail` is called, or the engine emits it again after a while ({#advance}).
      #
      # @param which [Object] id of the tuple, or its values
      # @return [Reply] what happened
      # @raise [ArgumentError] if no such tuple is pending
      def fail(which)
        decide(which, :fail)
      end

      # @return [Array] ids of the pending tuples that have one
      def pending_ids
        run.pending.filter_map(&:id)
      end

      private

      def answer(simulation, permits)
        limit = simulation.seconds + PATIENCE
        until permits.left.zero? || run.finished?
          left = permits.left
          run.wake(id)
          simulation.settle
          break unless permits.left < left || simulation.leap(limit)
        end
      end

      def decide(which, verb)
        values = find(which).values
        deliveries = @rig.inbox.take(values)
        raise ArgumentError, "#{which.inspect} failed, and was not emitted again yet: let time pass" unless deliveries

        report do
          run.move do |simulation|
            deliveries.each do |reader, tuple|
              reader.public_send(verb, tuple)
              run.wake(reader.context.component_id)
            end
            simulation.settle
          end
        end
      end

      def find(which)
        pending = run.pending
        pending.find { |one| one.id == which && !which.nil? } ||
          pending.find { |one| [which, [which]].include?(one.values) || named(one) == which } ||
          raise(ArgumentError, "no tuple with id or values #{which.inspect} is pending: there are " \
                               "#{pending.map { |one| one.id.nil? ? one.values : one.id }.inspect}")
      end

      def named(pending)
        tuple = run.record.emissions.find { |emission| emission.values.equal?(pending.values) }
        tuple&.to_h
      end
    end
  end
end
