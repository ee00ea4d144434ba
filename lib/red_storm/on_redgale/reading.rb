# frozen_string_literal: true

require "red_storm/dsl/bolt"
require "red_storm/dsl/spout"
require "red_storm/dsl/tuple"

module RedStorm
  module OnRedgale
    # How the engine is to call the instances of a component: what Redgale::Handler is for Redgale's own classes.
    class Reading
      # Whatever a component raises ends the worker, as in Storm.
      COMMON = { around: nil, error: nil, error_policy: :die }.freeze

      BOLT = { mode: :tuple, arity: 1, emit: false, ack: false, anchor: false, max: nil, within: nil,
               tuple_class: DSL::Tuple, odd: nil }.freeze

      # Tuples with a message id are tracked; what failed is the spout's business.
      SPOUT = { emit: true, reliable: true, by_id: true, id_first: false, replay: :own, max_retries: nil,
                give_up: nil }.freeze

      # @return [Hash] frozen
      attr_reader :to_h
      # @return [Settings]
      attr_reader :settings

      # @param kind [Symbol] :spout or :bolt
      # @param klass [Class] a DSL class, {RawBolt} or {RawSpout}
      # @param settings [Settings]
      def initialize(kind, klass, settings)
        @klass = klass
        @settings = settings
        @to_h = (kind == :spout ? spout : bolt).freeze
      end

      # @return [Symbol] the method that handles
      def statement
        @to_h[:method]
      end

      # @return [Array] nothing is checked beforehand, as in RedStorm
      def problems
        []
      end

      # @return [Integer]
      def values_needed
        0
      end

      private

      def bolt
        tick = @settings.tick
        BOLT.merge(COMMON, way_of_bolt, fresh_strings: @settings.fresh, tick: tick, tick_method: tick && :redstorm_tick,
                                        callbacks: callbacks(:cleanup))
      end

      def way_of_bolt
        engine_emits = basic?(DSL::Bolt) && @klass.stream == DSL::Statements::DEFAULT && !@settings.debug
        return { method: :execute } unless engine_emits
        return { method: :on_receive } unless @klass.emit?

        { method: :on_receive, emit: true, ack: @klass.ack?, anchor: @klass.anchor?, odd: :redstorm_odd }
      end

      def spout
        SPOUT.merge(COMMON, way_of_spout, ack: told(:ack, :on_ack), fail: told(:fail, :on_fail), tick: nil,
                                          tick_method: nil, callbacks: callbacks(:close))
      end

      def way_of_spout
        return { method: :next_tuple, emit: false } unless basic?(DSL::Spout)
        return { method: :on_send, emit: false } unless @klass.emit?

        { method: :redstorm_send, id_first: @klass.reliable? }
      end

      # Whether the class leaves what it inherits as it is.
      def basic?(base)
        @klass <= base && base::BASIC.all? { |name| @klass.instance_method(name).owner == base }
      end

      # The method that hears of acks or fails, if the class has one of its own.
      def told(name, statement)
        return name unless @klass <= DSL::Spout

        [name, statement].find { |method| @klass.instance_method(method).owner != DSL::Spout }
      end

      def callbacks(close)
        spout = close == :close
        { on_init: :redstorm_begin, on_close: close, on_activate: (:activate if spout),
          on_deactivate: (:deactivate if spout) }
      end
    end
  end
end
