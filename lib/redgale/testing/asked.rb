# frozen_string_literal: true

module Redgale
  module Testing
    # A spout that is asked for tuples only as often as the test says.
    # @api private
    class Asked
      # How often it may still be asked.
      class Permits
        attr_reader :left

        def initialize
          @left = 0
        end

        def add(times)
          @left += times
        end

        def clear
          @left = 0
        end

        # Calls the block if there is a permit.
        def use
          return if @left.zero?

          @left -= 1
          yield
        end
      end

      # The method that the engine calls instead of the handler.
      METHOD = :redgale_testing_ask

      attr_reader :handler

      # @param component [ComponentDefinition]
      # @param permits [Permits]
      def initialize(component, permits)
        @component = component
        @permits = permits
        @handler = component.handler.merge(method: METHOD)
      end

      %i[id kind klass config].each do |name|
        define_method(name) { @component.public_send(name) }
      end

      def instantiate
        method = @component.handler.fetch(:method)
        permits = @permits
        @component.instantiate.tap do |instance|
          instance.define_singleton_method(METHOD) { permits.use { __send__(method) } }
        end
      end
    end
  end
end
