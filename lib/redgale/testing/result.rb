# frozen_string_literal: true

require "redgale/testing/view"

module Redgale
  module Testing
    # What happened in one call of the test: in {Simulation#advance}, {Simulation#feed} and the like. It does not change
    # any more.
    class Result
      include View

      # @return [Float] simulated seconds at its end
      attr_reader :seconds

      # @param plan [Plan]
      # @param parts [Hash{Symbol => Array}] of a {Record}
      # @param pending [Array<Verdict>] at the end
      # @param seconds [Float]
      # @api private
      def initialize(plan, parts, pending, seconds)
        @plan = plan
        @parts = parts
        @pending = pending
        @seconds = seconds
      end

      # Tuples of spouts whose trees were not done at its end.
      # @param spout [Class, Symbol, String, nil] nil: all
      # @return [Array<Array>] their values
      def pending(spout = nil)
        id = spout && plan.id_of(spout)
        @pending.select { |one| id.nil? || one.component == id }.map(&:values)
      end

      # @return [String]
      def inspect
        "#<#{self.class}\n#{summary}>"
      end
      alias to_s inspect

      private

      attr_reader :plan

      def happened(part)
        @parts.fetch(part)
      end
    end

    # What happened in a whole run: the result of {Testing.complete}.
    class Completion < Result
      # @param run [Run]
      # @api private
      def initialize(run)
        super(run.plan, Record::PARTS.to_h { |part| [part, run.record.public_send(part)] }, run.pending, run.seconds)
        ids = run.plan.components.map(&:id)
        @counters = ids.to_h { |id| [id, run.counters(id)] }
        @figures = ids.to_h { |id| [id, run.figures(id)] }
      end

      # @param component [Class, Symbol, String]
      # @return [Hash{Symbol => Integer}] what its `metrics.counter` counted
      # @raise [ArgumentError] if there is no such component
      def counters(component)
        @counters.fetch(plan.id_of(component))
      end

      # @param component [Class, Symbol, String]
      # @return [Hash{String => Object}] the engine's figures, as under "components" of a report
      # @raise [ArgumentError] if there is no such component
      def metrics(component)
        @figures.fetch(plan.id_of(component))
      end
    end
  end
end
