# frozen_string_literal: true

require "red_storm/dsl/errors"
require "red_storm/dsl/statements"
require "red_storm/dsl/component"
require "red_storm/on_redgale/bolt_place"

module RedStorm
  module DSL
    # Handles tuples, as RedStorm's bolts do: what `on_receive` returns is emitted, unanchored and not acked unless its
    # options say so.
    #
    # @example
    #   class Split < RedStorm::DSL::Bolt
    #     output_fields :word
    #     on_receive(:ack => true, :anchor => true) { |tuple| tuple[:sentence].split.map { |word| [word] } }
    #   end
    class Bolt
      extend Statements
      include Component
      include OnRedgale::BoltPlace

      # The methods of this class that `execute` is made of: while a subclass replaces none of them, the engine does
      # their work.
      BASIC = %i[execute unanchored_emit anchored_emit ack].freeze

      class << self
        # Handles a tuple: `on_receive(:ack => true) { |tuple| ... }`, `on_receive :method, ...`, or with a `def`.
        # Options: `:emit` (true), `:ack` (false), `:anchor` (false), `:stream` (default); others are ignored.
        def on_receive(*arguments, &block)
          method_name, options = split(arguments)
          receive_options.merge!(options)
          define_callback(:on_receive, method_name, block)
        end

        # @return [Hash{Symbol => Object}]
        def receive_options
          @receive_options ||= { emit: true, ack: false, anchor: false }
        end

        # @return [Boolean] whether what `on_receive` returns is emitted
        def emit?
          !!receive_options[:emit]
        end

        # @return [Boolean] whether the input is acked after an emit
        def ack?
          !!receive_options[:ack]
        end

        # @return [Boolean] whether what is emitted is anchored
        def anchor?
          !!receive_options[:anchor]
        end

        # @return [String] stream of what `on_receive` returns
        def stream
          receive_options.fetch(:stream, Statements::DEFAULT).to_s
        end

        # @return [String] what RedStorm wraps the class in
        def java_proxy
          "Java::RedstormStormJruby::JRubyBolt"
        end
      end

      # Emits one tuple that is not anchored, from any thread.
      def unanchored_emit(*values)
        @collector.emit_tuple(values)
      end

      # Emits one tuple anchored to another, from any thread.
      def anchored_emit(tuple, *values)
        @collector.emit_anchor_tuple(tuple, values)
      end

      # Emits one tuple on a named stream, not anchored.
      def unanchored_stream_emit(stream, *values)
        @collector.emit_tuple_stream(stream, values)
      end

      # Emits one tuple on a named stream, anchored to another.
      def anchored_stream_emit(stream, tuple, *values)
        @collector.emit_anchor_tuple_stream(stream, tuple, values)
      end

      # Acks a tuple, from any thread.
      def ack(tuple)
        @collector.ack(tuple)
      end

      # Fails a tuple, from any thread.
      def fail(tuple)
        @collector.fail(tuple)
      end

      # Storm's side of `on_init`.
      def prepare(config, context, collector)
        @config = config
        @context = context
        @collector = collector
        on_init
      end

      # Storm's side of `on_receive`: emits what it returned, then acks.
      def execute(tuple)
        output = on_receive(tuple)
        return unless output && self.class.emit?

        rows_of(output).each { |values| emit_returned(tuple, values) }
        ack(tuple) if self.class.ack?
      end

      # Storm's side of `on_close`.
      def cleanup
        on_close
      end

      private

      # Only the first element decides whether an Array is one tuple or several.
      def rows_of(output)
        return [[output]] unless output.is_a?(Array)

        output.first.is_a?(Array) ? output : [output]
      end

      def emit_returned(tuple, values)
        stream = self.class.stream
        named = stream != Statements::DEFAULT
        if self.class.anchor?
          named ? anchored_stream_emit(stream, tuple, *values) : anchored_emit(tuple, *values)
        else
          named ? unanchored_stream_emit(stream, *values) : unanchored_emit(*values)
        end
      end
    end
  end

  # The older name of {DSL::Bolt}.
  SimpleBolt = DSL::Bolt
end
