# frozen_string_literal: true

require "red_storm/dsl/output_collector"
require "red_storm/on_redgale/place"

module RedStorm
  module OnRedgale
    # A spout as the engine calls it: `open`, `next_tuple`, `ack` and the others of the instance, or `on_send` itself
    # where that comes to the same.
    module SpoutPlace
      include Place

      private

      def redstorm_begin
        settings = @redstorm_settings
        instant = method(:ack) if settings.untracked && respond_to?(:ack)
        @redstorm_collector = DSL::SpoutOutputCollector.new(@redstorm_task, settings.outlet, instant)
        @redstorm_width = settings.width
        self.open(*redstorm_beginning, @redstorm_collector)
      end

      # Calls `on_send` and gives the engine what it returned, flattened. A spout that has nothing is left alone for a
      # tenth of a second, as in RedStorm; but it does not sleep, so that acks and fails are told meanwhile.
      def redstorm_send
        return if @redstorm_resting && redstorm_resting?

        output = on_send
        return redstorm_rest unless output

        values = output.is_a?(Array) ? output.flatten : [output].flatten
        values.size == @redstorm_width ? values : redstorm_emit_odd(values)
      end

      def redstorm_rest
        @redstorm_awake_at = redstorm_now + DSL::Spout::REST
        @redstorm_resting = true
        nil
      end

      def redstorm_resting?
        @redstorm_resting = redstorm_now < @redstorm_awake_at
      end

      # Too many or too few values: the collector knows whether that matters.
      def redstorm_emit_odd(values)
        id = values.shift if @redstorm_settings.reliable
        @redstorm_collector.emit(values, id)
        nil
      end

      # The engine's clock: in a simulation the simulated time.
      def redstorm_now
        @redstorm_task.seconds
      end
    end
  end
end
