# frozen_string_literal: true

require "redgale/runtime/outcome"
require "redgale/testing/errors"
require "redgale/testing/result"
require "redgale/testing/stand_in"

module Redgale
  module Testing
    # Runs a topology to its end, and says what was wrong with it.
    # @api private
    class Completing
      # Failures and pending tuples that an error lists.
      MOST = 5

      # @param run [Run]
      # @param options [Hash] of {Testing.complete}
      def initialize(run, topology, options)
        @run = run
        @topology = topology
        @options = options
      end

      # @return [Completion]
      # @raise [Failed, NotFinished]
      def call
        done = @run.finish(@options[:within])
        left = self.left unless done
        @run.close
        result = Completion.new(@run)
        raise NotFinished.new([not_finished, *left].join("\n"), result) unless done

        check(result) unless @options[:allow_failures]
        result
      end

      private

      def check(result)
        failures = result.failures
        errors = result.errors
        return if failures.empty? && errors.empty?

        raise Failed.new(failed(failures, errors), result), cause: errors.first
      end

      def failed(failures, errors)
        alone = errors - failures.map(&:error)
        lines = failures.first(MOST).map { |one| "  #{one.values.inspect} of `#{one.component}`: #{why(one)}" }
        lines.concat(alone.first(MOST).map { |error| "  #{Runtime::Outcome.describe(error)}" })
        "#{count(failures.size, 'tuple')} failed, #{count(errors.size, 'error')} raised " \
          "(`allow_failures: true` collects them instead):\n#{lines.join("\n")}"
      end

      def why(failure)
        return "it timed out, or a bolt failed it by `fail(tuple)`" unless failure.error

        Runtime::Outcome.describe(failure.error)
      end

      def not_finished
        "#{@topology.name || 'the topology'} is not done after #{@options[:within]} simulated seconds"
      end

      # What is left, in words; before the run is closed.
      def left
        pending = @run.pending.first(MOST).map { |one| "  #{one.values.inspect} of `#{one.component}` is pending" }
        last = @run.record.errors.last
        [*unfinished, *unfed, *pending, *("  the last error: #{Runtime::Outcome.describe(last.last)}" if last)]
      end

      # The engine knows whether all have finished.
      def unfinished
        real = @run.plan.components.select { |component| component.kind == :spout && !component.is_a?(StandIn) }
        ids = real.map { |component| "`#{component.id}`" }
        return [] if @run.finished? || ids.empty?

        which = ids.size == 1 ? "spout #{ids.first} has" : "at least one of the spouts #{ids.join(', ')} has"
        ["  #{which} not finished: a spout ends by StopIteration or `finish`, or tuples stand in for it " \
         "(#{real.first.id}: [...])"]
      end

      def unfed
        @run.plan.feeds.reject { |_, feed| feed.size.zero? }
            .map { |id, feed| "  #{count(feed.size, 'tuple')} of `#{id}` could not be emitted yet" }
      end

      def count(number, noun)
        "#{number} #{noun}#{'s' unless number == 1}"
      end
    end
  end
end
