# frozen_string_literal: true

require "English"
require "redgale/runtime/child"

module Redgale
  # Runs a definition on the engine. Private: use `redgale local` or {Redgale.run}.
  # @api private
  module Runtime
    # The Ruby side of one executor: makes the component instances, runs the native loop on its thread, hears of errors.
    # @api private
    class Executor
      # Exceptions that end the worker, as they would a program; `fatal` does, too. All others fail the tuple.
      ENDING = [SystemExit, SignalException].freeze

      attr_reader :index, :component, :task_ids, :instances

      def initialize(run, native_run, index, component, task_ids)
        @run = run
        @index = index
        @component = component
        @task_ids = task_ids
        @native = native_run.add_executor(native_options)
        @tasks = @native.tasks
        @instances = []
        @active = false
      end

      # Makes the thread that runs this executor for life. `ready` is pushed to when all its tasks are initialised.
      def start(ready)
        @thread = Thread.new do
          Thread.current.name = "redgale #{component.id}[#{index}]"
          Thread.current.report_on_exception = false
          live(ready)
        end
      end

      # Instead of {#start}: makes the component instances on the calling thread, where a simulation steps them.
      def simulate(simulation)
        groupings = prepare
        simulation.add(@native, self, @instances.freeze, groupings)
      end

      # Runs on_close; what was activated is deactivated before, at the end of a finite topology, too.
      def close
        phase_changed(:stopping)
        callback(:on_close)
      end

      # The native loop calls this when a handler raised, after it failed the tuple.
      # @return [Boolean] whether the executor goes on
      def handler_failed(error, tuple, position)
        Child.leave(error) if @run.forked?
        tell_component(error, tuple, position)
        return @run.die(component, error) unless survives?(error)

        @run.report_error(component, error)
        true
      end

      # The native loop calls this every `tick every:` seconds.
      # @return [Boolean] whether the executor goes on
      def tick
        method = component.handler[:tick_method]
        @instances.each_with_index.all? { |instance, position| guard(position) { instance.__send__(method) } }
      end

      # The native loop of a spout calls this when the run became active, inactive or draining.
      def phase_changed(phase)
        return if @active == (phase == :active)

        @active = phase == :active
        callback(@active ? :on_activate : :on_deactivate)
      end

      # The native loop calls this for on_give_up when the tuple did not fail by an exception that is known here.
      def unknown_reason
        Redgale::GivenUp.new("the tuple failed or timed out once more than max_retries allows")
      end

      # The native loop calls this when a handler returned in a forked child, which must not run the rest of the batch.
      def child_returned
        Child.leave
      end

      # Waits for the thread. What ended it was told by the thread itself.
      def join(seconds)
        @thread&.join(seconds)
      rescue Exception => e # rubocop:disable Lint/RescueException -- join raises a `fatal` that ended the thread
        raise unless fatal?(e)
      end

      # Whether its on_close runs.
      def closing?
        @life == :closing && busy?
      end

      # Whether its thread has not ended.
      def busy?
        @thread&.alive? == true
      end

      # Where its thread is now.
      def backtrace
        @thread&.backtrace.to_a
      end

      private

      def native_options
        component.handler.slice(:mode, :method, :arity, :emit, :ack, :anchor, :max, :within, :id_first, :reliable,
                                :replay, :fail, :give_up, :max_retries, :tuple_class,
                                :odd, :fresh_strings, :by_id)
      end

      def live(ready)
        @life = :preparing
        groupings = prepare
        ready&.push(self)
        @life = :running
        @native.run(self, @instances.freeze, groupings)
        @life = :closing
        close
        @life = :over
      rescue Exception => e # rubocop:disable Lint/RescueException -- whatever ends the thread ends the run, by name
        die(e, ready)
      ensure
        cut_short($ERROR_INFO, ready) unless @life == :over
      end

      def die(error, ready)
        Child.leave(error) if @run.forked?
        @life = :over
        @run.die(component, error)
        ready&.push(self)
      end

      # What no `rescue` sees: a kill, or Ruby's `fatal`, which a panic of the native part becomes.
      def cut_short(error, ready)
        return die(error || Error.new("its thread ended"), ready) unless error.nil? && killed?
        # the native loop tells of a kill that hit it; on_close is not run twice
        return unless @life == :preparing

        ready&.push(self)
        @run.killed(self)
      end

      def killed?
        Thread.current.status == "aborting"
      end

      # Binds the native half to this thread and makes the component instances.
      # @return [Array] custom groupings
      def prepare
        @native.bind
        @active = false
        @instances = @tasks.map { |task| @run.instance(component, task) }
        @instances.each { |instance| call_back(instance, :on_init) }
        @run.groupings_for(component)
      end

      def callback(name)
        @instances.each_with_index { |instance, position| guard(position) { call_back(instance, name) } }
      end

      def call_back(instance, name)
        method = component.handler[:callbacks][name]
        instance.__send__(method) if method
        Child.leave if @run.forked?
      end

      def guard(position)
        yield
        true
      rescue Exception => e # rubocop:disable Lint/RescueException -- what it means is decided as for handlers
        handler_failed(e, nil, position)
      end

      def survives?(error)
        return false if component.handler[:error_policy] == :die

        ENDING.none? { |ending| error.is_a?(ending) } && !fatal?(error)
      end

      def fatal?(error)
        error.class.name == "fatal" # rubocop:disable Style/ClassEqualityComparison -- the class has no constant
      end

      def tell_component(error, tuple, position)
        method = component.handler[:error]
        @instances[position].__send__(method, error, tuple) if method
      rescue Exception => e # rubocop:disable Lint/RescueException -- the first error counts
        @run.report_error(component, e)
      end
    end
  end
end
