# frozen_string_literal: true

require "redgale/bolt"
require "redgale/handler"
require "redgale/testing/feeder"

module Redgale
  module Testing
    # What runs in the place of a component: its id, streams, tasks and configuration, with other code.
    # @api private
    class StandIn
      # Runs a block of the test for each tuple.
      class Stub < Bolt
        def initialize(block)
          super()
          @block = block
        end

        on_receive { |tuple| @block.call(tuple) }
      end

      # Keeps what it gets, for the test to ack or fail.
      class Reader < Bolt
        def initialize(kept)
          super()
          @kept = kept
        end

        on_receive(ack: false, emit: false) { |tuple| @kept.call(tuple, self) }
      end

      # In the place of a spout.
      def self.feeder(component, feed, retries)
        new(component, :spout, Feeder, feed, max_retries: retries)
      end

      # In the place of a bolt.
      def self.stub(component, block)
        new(component, :bolt, Stub, block)
      end

      # In the place of a bolt.
      def self.reader(component, kept)
        new(component, :bolt, Reader, kept)
      end

      attr_reader :kind, :handler

      def initialize(component, kind, made_of, argument, **handler)
        @component = component
        @kind = kind
        @made_of = made_of
        @argument = argument
        @handler = Handler.new(made_of, kind, "").to_h.merge(handler)
      end

      def id
        @component.id
      end

      # The class it stands in for.
      def klass
        @component.klass
      end

      def config
        @component.config
      end

      def instantiate
        @made_of.new(@argument)
      end

      # @param model [Hash] that of the component
      # @return [Hash]
      def to_model(model)
        sources = kind == :spout ? [] : model["sources"]
        model.merge("kind" => kind.to_s, "implementation" => { "ruby" => { "class" => @made_of.name } },
                    "sources" => sources, "config" => model["config"].merge(ComponentDefinition::TICK_KEY => nil))
      end
    end
  end
end
