# frozen_string_literal: true

module Redgale
  # What a program can do with the topology that it runs: {Redgale.run} gives one to its block.
  #
  # Its methods may be called from any thread, from a `trap` too, and at any time. None of them waits for user code.
  # When the topology drains or has ended, {#activate}, {#deactivate} and {#stop} have no effect and return false. After
  # the end {#phase} is :stopping, and {#snapshot} has the last counts. In a forked child all of them raise {ForkError}.
  #
  # @example Ten minutes of rest on USR1
  #   Redgale.run(OrdersTopology) do |control|
  #     trap("USR1") do
  #       control.deactivate
  #       Thread.new { sleep(600) && control.activate }
  #     end
  #   end
  class Control
    # @api private
    def initialize(run)
      @run = run
    end

    # Lets the spouts emit again; their `on_activate` is called.
    #
    # @return [Boolean] whether the topology was inactive, or had not started to emit
    # @raise [ForkError] in a forked child
    def activate
      run.helm.move_to(:active)
    end

    # Makes the spouts emit nothing new: `on_send` is not called any more, threads that emit by hand wait, and
    # `on_deactivate` is called. What is under way goes on, replays included.
    #
    # @return [Boolean] whether the topology was active, or had not started to emit
    # @raise [ForkError] in a forked child
    def deactivate
      run.helm.move_to(:inactive)
    end

    # Drains the topology and ends it, as `--timeout` or a first INT does; {Redgale.run} then returns. A signal that
    # comes later counts as the first one.
    #
    # @return [Boolean] whether this began the drain
    # @raise [ForkError] in a forked child
    def stop
      run.helm.drain
    end

    # Where the topology stands.
    #
    # @return [Symbol] :starting, :active, :inactive, :draining or :stopping (it ends, or has ended)
    # @raise [ForkError] in a forked child
    def phase
      run.helm.phase
    end

    # Counts of this moment.
    #
    # @return [Hash{String => Object}] "seconds", "phase", "acked", "failed", "given_up", "emitted" and "pending" as in
    #   the progress of `redgale local --json`, and "components" as in its report
    # @raise [ForkError] in a forked child
    def snapshot
      run.snapshot
    end

    private

    def run
      raise ForkError, "cannot control the topology in a forked child: it runs in the parent process" if @run.forked?

      @run
    end
  end
end
