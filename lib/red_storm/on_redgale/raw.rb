# frozen_string_literal: true

require "red_storm/on_redgale/bolt_place"
require "red_storm/on_redgale/spout_place"

module RedStorm
  module OnRedgale
    # A component that is written to Storm's interface, without RedStorm's classes: the raw API, and the plain classes
    # of RedStorm 0.6.5. Methods that it lacks are not called.
    module Raw
      # @param component [Object]
      def initialize(component)
        @component = component
      end

      private

      def tell(name, *arguments)
        @component.public_send(name, *arguments) if @component.respond_to?(name)
      end
    end

    # Such a bolt.
    # @api private
    class RawBolt
      include Raw
      include BoltPlace

      def prepare(config, context, collector)
        tell(:prepare, config, context, collector)
      end

      def execute(tuple)
        @component.execute(tuple)
      end

      def cleanup
        tell(:cleanup)
      end
    end

    # Such a spout.
    # @api private
    class RawSpout
      include Raw
      include SpoutPlace

      def open(config, context, collector)
        tell(:open, config, context, collector)
      end

      def next_tuple
        @component.next_tuple
      end

      %i[close activate deactivate].each { |name| define_method(name) { tell(name) } }
      %i[ack fail].each { |name| define_method(name) { |id| tell(name, id) } }
    end
  end
end
