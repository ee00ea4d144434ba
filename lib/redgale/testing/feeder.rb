# frozen_string_literal: true

require "redgale/spout"

module Redgale
  module Testing
    # Stands in for a spout: emits the tuples that the test gives. A tuple that fails is not emitted again, unless the
    # test asks for `retries:`.
    class Feeder < Spout
      # What is to be emitted, shared by the tasks of a feeder.
      # @api private
      class Feed
        def initialize
          @waiting = []
          @closed = false
        end

        # @param given [Array<Tuples::Given>]
        def add(given)
          raise SimulationError, "a feeder that has finished cannot be fed" if @closed

          @waiting.concat(given)
        end

        # Nothing more will be added.
        def close
          @closed = true
        end

        # @return [Integer] tuples that were not emitted yet
        def size
          @waiting.size
        end

        # A tuple could not be emitted: the test must know.
        # @param error [StandardError]
        def refuse(error)
          @refusal ||= error
        end

        # @raise [StandardError] what a tuple was refused for, once
        def check
          error = @refusal
          @refusal = nil
          raise error if error
        end

        # @raise [StopIteration] at the end
        # @return [Tuples::Given, nil] nil: nothing right now
        def next
          raise StopIteration if @waiting.empty? && @closed

          @waiting.shift
        end
      end

      # @api private
      def initialize(feed)
        super()
        @feed = feed
      end

      on_send(emit: false) do
        given = @feed.next
        feed(given) if given
      end

      private

      def feed(given)
        emit(given.row, stream: given.stream, to: given.to)
      rescue StandardError => e
        @feed.refuse(e)
      end
    end
  end
end
