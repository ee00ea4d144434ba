# frozen_string_literal: true

require "json"
require "redgale/metrics"
require "redgale/context"
require "redgale/serialization"
require "redgale/runtime/assembly"
require "redgale/runtime/executor"
require "redgale/testing/faults"
require "redgale/testing/limit"
require "redgale/testing/log_tap"
require "redgale/testing/options"
require "redgale/testing/record"
require "redgale/testing/reports"

module Redgale
  module Testing
    # A topology on the engine, with its clock replaced: all executors run on the calling thread, and time passes only
    # when it is told to.
    # @api private
    class Run
      include Reports

      # Pending tuples that are listed.
      MOST_PENDING = 10_000
      # Simulated seconds between two looks at how much was emitted, and at what bolts did outside of their handlers.
      LOOK_EVERY = 0.1

      # Seconds that are none: what is left by rounding.
      INSTANT = 1e-10

      attr_reader :plan, :record, :executors

      # Makes the component instances, runs their on_init, and activates the topology.
      # @param plan [Plan]
      def initialize(plan, strict: true)
        plan.check_runnable
        @plan = plan
        @record = Record.new(plan)
        @faults = Faults.new(record.errors)
        @limit = Limit.new(record.emissions)
        @metrics = Metrics.new
        @pid = Process.pid
        @thread = Thread.current
        model = plan.model
        @native = Native::Run.new(JSON.generate(model), simulated: true, reasons: true, strict: strict, debug: false)
        @assembly = Runtime::Assembly.new(plan, model, @native, @metrics)
        @simulation = Native::Simulation.new(@native)
        @executors = @assembly.executors(self)
        begin_to_run
      end

      # Lets something happen, and notes all that did.
      # @yieldparam simulation [Native::Simulation]
      # @raise [Exception] what user code raised, if it ended the worker or is not user code's affair
      def move
        check
        watched do
          look
          yield @simulation
        end
        tell
      end

      # @param seconds [Numeric] from now
      # @raise [SimulationError] if tuples are emitted without end
      def advance(seconds)
        unless Options.seconds?(seconds)
          raise ArgumentError, "time goes on by seconds from 0, not by #{seconds.inspect}"
        end

        move { pass(self.seconds + seconds, [LOOK_EVERY, seconds / 1_000.0].max) }
      end

      # Moves the clock from one due time to the next until there is nothing left to do.
      # @param seconds [Numeric] longest time
      # @return [Boolean] whether every spout has finished and no tuple is pending
      # @raise [SimulationError] if tuples are emitted without end
      def finish(seconds)
        limit = self.seconds + seconds
        move do |simulation|
          simulation.settle
          go_on until faults.died? || over? || !simulation.leap(limit)
        end
        over?
      end

      # Lets a component's executors run now, whatever they wait for.
      # @param id [String]
      def wake(id)
        executors.each { |executor| @simulation.wake(executor.index) if executor.component.id == id }
      end

      # Has a feeder emit tuples. No time passes; those that max_spout_pending holds back are emitted later.
      # @param id [String]
      # @param given [Array<Tuples::Given>]
      def feed(id, given)
        feed = plan.feeds.fetch(id)
        move do |simulation|
          feed.add(given)
          loop do
            left = feed.size
            wake(id)
            simulation.settle
            # a spout emits some 1,000 tuples between two moments
            break if feed.size.zero? || feed.size == left
          end
        end
      end

      # @param phase [Symbol] :active or :inactive
      def turn(phase)
        move do |simulation|
          @native.advance(phase)
          simulation.settle
        end
      end

      # Ends the run: on_deactivate and on_close of all components.
      def close
        return if @closed

        check_caller
        @closed = true
        @native.advance(:stopping)
        watched { executors.each(&:close) }
        @native.close
        tell
      end

      # @return [Float] simulated seconds since the start
      def seconds
        @simulation.seconds
      end

      def finished?
        @native.finished?
      end

      # @return [Array<Verdict>]
      def pending
        record.pending(@native.pending(MOST_PENDING))
      end

      # @return [Hash{Symbol => Integer}] counters of a component
      def counters(id)
        @metrics.to_h.fetch(id, {}).transform_keys(&:to_sym)
      end

      # @return [Hash] the engine's figures of a component, as in a report
      def figures(id)
        JSON.parse(@native.metrics).fetch(id)
      end

      private

      attr_reader :faults

      def begin_to_run
        inside { executors.each { |executor| start(executor) } }
        @native.advance(:active)
        move(&:settle)
      end

      def start(executor)
        executor.simulate(@simulation)
      rescue Exception => e # rubocop:disable Lint/RescueException -- an `exit` must not end the test run
        faults.raise_for_test(executor.component.id, e)
      end

      def over?
        finished? && @native.quiet?
      end

      def pass(until_seconds, step)
        @simulation.settle
        while (left = until_seconds - seconds) > INSTANT && !faults.died?
          @simulation.advance([left, step].min)
          go_on
        end
      end

      def go_on
        note
        @limit.check
        look if seconds - @looked >= LOOK_EVERY
      end

      # Has bolts see what was emitted, acked or failed outside of their handlers, of which nobody else tells them.
      def look
        @looked = seconds
        @bolts ||= executors.select { |executor| executor.component.kind == :bolt }.map(&:index)
        @bolts.each { |index| @simulation.wake(index) }
      end

      def check
        check_caller
        raise SimulationError, "the simulation is closed" if @closed

        faults.check
      end

      def check_caller
        raise SimulationError, "a simulation runs on the thread that made it" unless Thread.current.equal?(@thread)
        raise SimulationError, "a handler cannot move the simulation that runs it" if @moving
      end

      # Raises what the test must know.
      def tell
        faults.tell
        plan.feeds.each_value(&:check)
      end

      def watched(&block)
        @moving = true
        @limit.begin_anew
        inside(&block)
      ensure
        @moving = false
        note
      end

      # Runs user code: its lines go to the record, and its objects travel only if its own topology says how. Threads of
      # components may go on afterwards, so that stays until another run moves.
      def inside(&block)
        nested = LogTap.lines
        before = Serialization.replace(plan.serializers)
        LogTap.into(record.logs, &block)
      ensure
        Serialization.replace(before) if nested
      end

      # Notes what the engine did since the last time.
      def note
        record.trace(@native.take_trace)
        record.decide(@native.take_outcomes)
      end
    end
  end
end
