# frozen_string_literal: true

require "json"
require "redgale/control"
require "redgale/native"
require "redgale/tuple"
require "redgale/runtime/account"
require "redgale/runtime/assembly"
require "redgale/runtime/closing"
require "redgale/runtime/error_log"
require "redgale/runtime/executor"
require "redgale/runtime/helm"
require "redgale/runtime/outcome"
require "redgale/runtime/programs"
require "redgale/runtime/replacements"
require "redgale/runtime/spawning"

module Redgale
  module Runtime
    # Runs a definition in this process, from the first on_init to the last on_close.
    #
    # The main thread does what must not wait for user code: it starts executors, replaces killed threads, hands on what
    # a blocked executor emitted, decides when the run is over, and ends it.
    # @api private
    class LocalRun
      # Seconds between two looks of the main thread while it waits for the last tuples.
      END_POLL = 0.002
      # Seconds between two looks while spouts emit; news wakes it earlier.
      POLL = 0.25
      # Seconds between two looks while a killed thread waits to be replaced.
      REPLACE_POLL = 0.01
      # Seconds after a signal in which further ones count as the same (the watchdog keeps the same time).
      SAME_SIGNAL = 0.2

      attr_reader :definition, :metrics, :helm

      # @param definition [Redgale::Definition] a valid one
      # @param options [Hash] :strict, :debug (booleans), :timeout (seconds or nil), :every (seconds between two
      #   progress calls), :ending (called before the executors' on_close), :block (called with a {Control} before the
      #   topology becomes active), :patience (longest drain in seconds, after which the run ends all the same; nil:
      #   most of shutdown_timeout, and what is pending then counts as not done in time)
      def initialize(definition, options = {})
        @definition = definition
        @options = { strict: false, debug: false, timeout: nil, every: 0.5, ending: nil, block: nil,
                     patience: nil }.merge(options)
        @metrics = Metrics.new
        @outcome = Outcome.new
        @error_log = ErrorLog.new
        @replacements = Replacements.new
        @ready = Queue.new
        @pid = Process.pid
        @shutdown_timeout = Float(definition.config.fetch("redgale.shutdown.timeout.secs", 20))
        assemble(definition.to_model)
        @helm = Helm.new(@native)
      end

      # Runs until the topology is finished, drained or ended.
      # @yield [Hash] a snapshot, about every `every` seconds
      # @return [Hash] the report, with "exit_code"
      def call(&progress)
        @account = Account.new(definition, @native)
        @progress = progress
        @executors = @assembly.executors(self)
        watch_signals
        Spawning.install
        run
        @error_log.flush
        @account.close(metrics, @outcome)
      ensure
        @native.close
      end

      # The process goes on after the run: INT and TERM mean what they meant before, and the watchdog forgets the signal
      # that ended the run. A process that only runs the topology does not ask for it, so that a signal at its very end
      # does not cost the report.
      def unwatch_signals
        @traps&.each { |signal, previous| trap(signal, previous || "DEFAULT") }
        @native.unwatch_signals
      end

      # Asks for the end: the first time a drain, after that at once.
      def stop
        @stop_asked ||= now
        @stop_now = true if now - @stop_asked >= SAME_SIGNAL
        @ready << nil
        @native.exit(-1)
      end

      # User code ended an executor: the run ends with it.
      # @return [false] the executor leaves its loop
      def die(component, error)
        @outcome.die(error)
        Log.error("#{component.id}: the worker ends: #{Outcome.describe(error)}") unless error.is_a?(SystemExit)
        @native.exit(@outcome.status)
        false
      end

      # Whether this is a forked child of the process that runs the topology.
      def forked?
        Process.pid != @pid
      end

      # The thread of an executor was killed outside of its native loop: another one takes over.
      def killed(executor)
        @replacements.add(executor)
      end

      # Logs an error of user code that failed a tuple.
      def report_error(component, error)
        note_error(component.id) { Outcome.describe(error) }
      end

      # Counts an error of a component.
      # @param id [String] the component's
      # @yieldreturn [String] the words; only asked for if they are logged
      def note_error(id, &words)
        @outcome.count_error(id)
        @error_log.error(id, &words)
      end

      # A component instance for a native task.
      def instance(component, task)
        @assembly.instance(component, task)
      end

      # The custom groupings of a component's streams, prepared.
      def groupings_for(component)
        @assembly.groupings_for(component)
      end

      # @return [Hash] counts now
      def snapshot
        @account.snapshot
      end

      private

      def assemble(model)
        reasons = definition.components.any? { |component| component.handler[:max_retries] }
        @native = Native::Run.new(JSON.generate(model), reasons: reasons, **@options.slice(:strict, :debug))
        @assembly = Assembly.new(definition, model, @native, @metrics)
        @programs = Programs.new(@native, @metrics, method(:note_error))
      end

      def run
        start_executors
        begin_to_emit unless @outcome.died? || @outcome.over?
        watch
        close_executors
      end

      # The program's block first. One that raises, or leaves otherwise, ends the run: nobody would wait for it.
      def begin_to_emit
        @options[:block]&.call(Control.new(self))
        begun = true
        helm.start
      ensure
        unless begun
          @outcome.over(:drained)
          close_executors
        end
      end

      def close_executors
        @options[:ending]&.call
        @native.advance(:stopping)
        Closing.new(@executors, @outcome, @shutdown_timeout).call(@drain_until)
        @programs.join
      end

      def start_executors
        @native.start
        @executors.each { |executor| executor.start(@ready) }
        @executors.size.times do
          @ready.pop
          break if @outcome.died?
          # nothing was emitted yet: a drain has nothing to wait for
          return @outcome.over(:drained) if @stop_asked
        end
        await_programs
      end

      # Those that answer have time; one that failed is not waited for.
      def await_programs
        until @programs.ready? || @outcome.died?
          event, value = @native.wait(POLL)
          return @outcome.over(:drained) if @stop_asked

          handle(event, value)
          @programs.hear
          return @outcome.over(:drained) if overtime?
        end
      end

      def watch
        @next_progress = now + @options[:every]
        until @outcome.over?
          event, value = @native.wait(poll)
          handle(event, value)
          look
          show_progress
        end
      end

      def handle(event, value)
        case event
        when :thread_ended then killed(@executors.find { |executor| executor.index == value })
        when :exit then drain_or_stop
        end
      end

      def drain_or_stop
        return @outcome.over(:failed) if @outcome.died?

        @outcome.over(:stopped) if @stop_now
        drain
      end

      def drain
        return if @drain_until

        @drain_until = now + (@options[:patience] || (@shutdown_timeout * (1 - Closing::SHARE)))
        @native.advance(:draining)
      end

      def look
        @native.take_warnings.each { |warning| Log.warn(warning) }
        @programs.hear
        return if @outcome.over?

        @replacements.start unless @outcome.died?
        drain if overtime?
        look_for_the_end
      end

      def overtime?
        @options[:timeout] && @account.seconds >= @options[:timeout]
      end

      def look_for_the_end
        if (@drain_until || @native.finished?) && @native.quiet?
          @outcome.over(@drain_until ? :drained : :finished)
        elsif @drain_until && now >= @drain_until
          @outcome.over(@options[:patience] ? :stopped : :timed_out)
        end
      end

      def poll
        return END_POLL if @drain_until || @native.finished?

        ends = [@replacements.any? ? REPLACE_POLL : POLL]
        ends << (@next_progress - now) if @progress
        ends << (@options[:timeout] - @account.seconds) if @options[:timeout]
        ends.min.clamp(0, POLL)
      end

      def show_progress
        return if !@progress || now < @next_progress

        @next_progress = now + @options[:every]
        @progress.call(snapshot)
      end

      def watch_signals
        @traps = %w[INT TERM].to_h { |signal| [signal, trap(signal) { stop }] }
        @native.watch_signals
      end

      def now
        Process.clock_gettime(Process::CLOCK_MONOTONIC)
      end
    end
  end
end
