# frozen_string_literal: true

require "redgale/testing/moves"

module Redgale
  module Testing
    # How to ask what happened to one component.
    module OwnView
      # Values of the tuples that it emitted, in order.
      # @param stream [Symbol]
      # @return [Array<Array>] frozen values of each tuple
      # @raise [ArgumentError] if it does not declare this stream
      def emitted(stream = :default)
        emissions(id, stream).map(&:values)
      end

      # The tuples that it emitted, with stream, task, id and field names.
      # @param component [Class, Symbol, String, nil] another one, as its input; nil: all
      # @param stream [Symbol, nil] nil: all
      # @return [Array<Emission>]
      # @raise [ArgumentError] if there is no such component or stream
      def emissions(component = id, stream = nil)
        super
      end

      # @return [Hash{Symbol => Array<Array>}] {#emitted} of each stream on which it emitted
      def emitted_by_stream
        emissions(id).group_by(&:stream).transform_values { |tuples| tuples.map(&:values) }
      end

      # @return [Exception, nil] the first that user code raised
      def error
        errors.first
      end

      # @return [Boolean] whether a tuple was acked, and none failed or is pending
      def acked?
        acked.any? && failed.empty? && pending.empty?
      end

      # @return [Boolean] whether a tuple failed
      def failed?
        failed.any?
      end

      # @return [Boolean] whether a tuple is pending
      def pending?
        pending.any?
      end
    end

    # What happened in one call of a test that runs one component.
    class Reply < Result
      include OwnView

      # Values of tuples that the engine emitted again (spouts only).
      # @return [Array<Array>]
      attr_reader :replayed

      # @api private
      def initialize(id, replayed, *rest)
        super(*rest)
        @id = id
        @replayed = replayed
      end

      private

      attr_reader :id
    end

    # One component that runs by itself; {Testing.component} makes one.
    class TestedComponent
      include Moves
      include OwnView

      # @param rig [Rig]
      # @api private
      def initialize(rig)
        @rig = rig
        @run = rig.run if rig.complete?
      end

      # The object under test.
      # @return [Object]
      # @raise [SimulationError] if it does not run yet, because its input is not known
      def instance
        executor.instances.first
      end

      # @return [Hash{Symbol => Integer}] what its `metrics.counter` counted
      def counters
        run.counters(id)
      end

      # @return [Hash{String => Object}] the engine's figures, as under "components" of a report
      def metrics
        run.figures(id)
      end

      # Lets time pass until `on_tick` was called so often.
      # @param times [Integer]
      # @return [Reply] what happened
      # @raise [SimulationError] if it does not tick
      def tick(times = 1)
        advance(times * tick_seconds)
      end

      # @return [String]
      def inspect
        @run ? super : "#<#{self.class} `#{id}`, which waits for its first tuple>"
      end

      private

      def id
        @rig.id
      end

      def run
        @run || raise(SimulationError, "`#{id}` does not run yet: name the fields of its input by " \
                                       "`component(..., fields: [...])`, or let it receive a tuple by name first")
      end

      def executor
        run.executors.find { |executor| executor.component.id == id }
      end

      def tick_seconds
        component = executor.component
        seconds = run.plan.config.merge(component.config)[ComponentDefinition::TICK_KEY]
        return seconds if seconds && component.handler[:tick_method]

        raise SimulationError, "`#{id}` does not tick: it has no `tick every:`"
      end

      def report
        replays = @rig.inbox.replayed.size
        mark = @run ? run.record.mark : [0] * Record::PARTS.size
        yield
        Reply.new(id, @rig.inbox.replayed[replays..], plan, run.record.since(mark), run.pending, run.seconds)
      end
    end
  end
end
