# frozen_string_literal: true

require "redgale/testing/moves"
require "redgale/testing/run"
require "redgale/testing/tuples"

module Redgale
  module Testing
    # A topology that runs on a simulated clock: what {Testing.simulate} gives to its block.
    #
    # Nothing happens by itself: {#feed} and {#advance} make it go on, and return when every component waits.
    class Simulation
      include Moves

      # @param run [Run]
      # @api private
      def initialize(run)
        @run = run
      end

      # Emits tuples from a spout that the test replaced. No time passes.
      #
      # @param spout [Class, Symbol, String]
      # @param tuples [Enumerable, Hash] as for {Testing.complete}
      # @param stream [Symbol, nil] stream of all of them
      # @param to [Integer, nil] task, for a direct stream
      # @return [Result] what happened
      # @raise [ArgumentError] if there is no such spout, it runs as it is, or the tuples do not fit its fields
      # @raise [SimulationError] as for {#advance}; after {#finish}
      def feed(spout, tuples, stream: nil, to: nil)
        id = plan.id_of(spout)
        raise ArgumentError, not_replaced(id) unless plan.feeds.key?(id)

        given = Tuples.read(stream ? { stream => tuples } : tuples, plan.fields(id), "`#{id}`")
        given.each { |tuple| tuple.to = to } if to
        report { run.feed(id, given) }
      end

      # Lets replaced spouts finish, once they have emitted what they were fed.
      #
      # @param spout [Class, Symbol, String, nil] nil: all that are replaced
      # @return [Result] what happened
      # @raise [ArgumentError] if there is no such spout, or it runs as it is
      def finish(spout = nil)
        id = spout && plan.id_of(spout)
        raise ArgumentError, not_replaced(id) if id && !plan.feeds.key?(id)

        ids = [id || plan.feeds.keys].flatten
        report do
          run.move do |simulation|
            ids.each { |one| plan.feeds[one].close && run.wake(one) }
            simulation.settle
          end
        end
      end

      # The objects that run a component, one for each task.
      # @param component [Class, Symbol, String]
      # @return [Array<Object>]
      # @raise [ArgumentError] if there is no such component
      def instances(component)
        id = plan.id_of(component)
        run.executors.select { |executor| executor.component.id == id }.flat_map(&:instances)
      end

      # The first of {#instances}.
      # @param component [Class, Symbol, String]
      # @return [Object]
      # @raise [ArgumentError] if there is no such component
      def instance(component)
        instances(component).first
      end

      # @param component [Class, Symbol, String]
      # @return [Hash{Symbol => Integer}] what its `metrics.counter` counted
      # @raise [ArgumentError] if there is no such component
      def counters(component)
        run.counters(plan.id_of(component))
      end

      # @param component [Class, Symbol, String]
      # @return [Hash{String => Object}] the engine's figures, as under "components" of a report
      # @raise [ArgumentError] if there is no such component
      def metrics(component)
        run.figures(plan.id_of(component))
      end

      private

      attr_reader :run

      def not_replaced(id)
        return "`#{id}` is a bolt: only spouts are fed" unless plan.component(id).kind == :spout

        "`#{id}` runs as it is: replace it by `simulate(..., #{id}: [])` to feed it"
      end
    end
  end
end
