# frozen_string_literal: true

require "red_storm/dsl/output_collector"
require "red_storm/dsl/tick_tuple"
require "red_storm/on_redgale/place"

module RedStorm
  module OnRedgale
    # A bolt as the engine calls it: `prepare`, `execute` and `cleanup` of the instance, or `on_receive` itself where
    # that comes to the same.
    module BoltPlace
      include Place

      private

      def redstorm_begin
        @redstorm_collector = DSL::OutputCollector.new(@redstorm_task, @redstorm_settings.outlet)
        prepare(*redstorm_beginning, @redstorm_collector)
      end

      # What `on_receive` returned is not plainly one tuple or several of the right size: nothing, an empty Array,
      # Arrays mixed with others, or a wrong number of values. What this returns the engine emits as usual.
      def redstorm_odd(tuple, output)
        settings = @redstorm_settings
        unless output
          @redstorm_task.hold(tuple) if settings.ack
          return
        end

        anchor = settings.anchor ? tuple : nil
        redstorm_rows(output).each { |values| @redstorm_collector.emit_anchor_tuple(anchor, values) }
        nil
      end

      # As RedStorm reads a returned value. An element of several that is no Array stands for itself, and nil for no
      # value at all.
      def redstorm_rows(output)
        return [[output]] unless output.is_a?(Array)

        output.first.is_a?(Array) ? output.map { |values| [*values] } : [output]
      end

      def redstorm_tick
        execute(DSL::TickTuple.new(@redstorm_settings.tick))
      end
    end
  end
end
