# frozen_string_literal: true

require "redgale/testing/feeder"

module Redgale
  module Testing
    # Puts what a test gives in the place of components: tuples in that of spouts, blocks in that of bolts.
    # @api private
    class Replacements
      # @param plan [Plan]
      # @param retries [Integer] how often a tuple that failed is emitted again
      def initialize(plan, retries)
        @plan = plan
        @retries = retries
      end

      # @param given [Hash{Class, Symbol, String => Enumerable, Hash, Proc}] what stands in for which component
      # @raise [ArgumentError]
      def apply(given)
        given.each do |target, instead|
          id = @plan.id_of(target)
          @plan.component(id).kind == :spout ? feed(id, instead) : stub(id, instead)
        end
      end

      private

      def feed(id, instead)
        tuples = instead == Feeder ? [] : instead
        unless tuples.is_a?(Enumerable)
          raise ArgumentError, "`#{id}` is a spout: its tuples stand in for it, not #{instead.inspect}"
        end

        given = Tuples.read(tuples, @plan.fields(id), "`#{id}`")
        @plan.feed(id, @retries).add(given)
      end

      def stub(id, instead)
        unless instead.respond_to?(:call)
          raise ArgumentError, "`#{id}` is a bolt: tuples are for spouts; a block stands in for it " \
                               "(->(tuple) { ... }), not #{instead.inspect}"
        end

        @plan.stub(id, instead)
      end
    end
  end
end
