# frozen_string_literal: true

require "redgale/errors"

module Redgale
  module Testing
    # Notices that tuples are emitted without end.
    # @api private
    class Limit
      # Tuples that may be emitted in one call of the test.
      MOST = 1_000_000

      # @param emissions [Array<Emission>] of a {Record}
      def initialize(emissions)
        @emissions = emissions
        begin_anew
      end

      # Another call of the test begins.
      def begin_anew
        @began = @emissions.size
      end

      # @raise [SimulationError] if there are too many
      def check
        emitted = @emissions.size - @began
        return if emitted < MOST

        id, count = @emissions.last(emitted).map(&:component).tally.max_by(&:last)
        raise SimulationError, "#{emitted} tuples were emitted, #{count} of them by `#{id}`, and there is no end in " \
                               "sight: a spout that always has something emits 1,000 tuples and more in each " \
                               "simulated millisecond; replace it by tuples of the test, or let it return nil now " \
                               "and then"
      end
    end
  end
end
