# frozen_string_literal: true

require "json"

module Redgale
  module Runtime
    # The counts of a run: of this moment, and at the end.
    # @api private
    class Account
      # Pending tuples listed in a report.
      MOST_PENDING = 10_000

      # @param definition [Redgale::Definition]
      # @param native [Native::Run]
      def initialize(definition, native)
        @name = definition.name
        @spouts = definition.components.select { |component| component.kind == :spout }.map(&:id)
        @native = native
        @started = now
      end

      # Seconds since the run began, until it ended.
      def seconds
        (@ended || now) - @started
      end

      # @return [Hash] counts now
      def snapshot
        components = JSON.parse(@native.metrics)
        sum = ->(name) { components.slice(*@spouts).values.sum { |values| values[name] } }
        { "seconds" => seconds, "phase" => @native.phase.to_s,
          **%w[acked failed given_up emitted].to_h { |name| [name, sum[name]] },
          "pending" => @native.pending_count, "components" => components }
      end

      # The run is over.
      # @return [Hash] the report
      def close(metrics, outcome)
        @ended = now
        final = snapshot
        { "event" => "report", "topology" => @name, "seconds" => final["seconds"].round(6),
          "state" => outcome.state.to_s, **final.slice("acked", "failed", "given_up", "emitted"),
          "pending" => pending(final["pending"]), "components" => final["components"],
          "counters" => metrics.to_h, "errors" => outcome.errors, "exit_code" => outcome.exit_code(final["given_up"]) }
      end

      private

      def pending(count)
        tuples = @native.pending(MOST_PENDING).map do |component, task, what, value|
          { "component" => component, "task" => task, what.to_s => value }
        end
        { "count" => count, "tuples" => tuples, "truncated" => count > tuples.size }
      end

      def now
        Process.clock_gettime(Process::CLOCK_MONOTONIC)
      end
    end
  end
end
