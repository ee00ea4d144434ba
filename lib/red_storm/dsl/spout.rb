# frozen_string_literal: true

require "red_storm/dsl/errors"
require "red_storm/dsl/statements"
require "red_storm/dsl/component"
require "red_storm/on_redgale/spout_place"

module RedStorm
  module DSL
    # Makes tuples, as RedStorm's spouts do: one for each `on_send`, tracked only if it has a message id.
    #
    # @example
    #   class Lines < RedStorm::DSL::Spout
    #     output_fields :line
    #     on_init { @lines = File.readlines("text.txt", chomp: true) }
    #     on_send { @lines.shift }
    #   end
    class Spout
      extend Statements
      include Component
      include OnRedgale::SpoutPlace

      # The methods of this class that `next_tuple` is made of: while a subclass replaces none of them, the engine does
      # their work.
      BASIC = %i[next_tuple reliable_emit unreliable_emit emit].freeze

      # Seconds a spout rests that has nothing.
      REST = 0.1

      class << self
        # Makes a tuple: `on_send { ... }`, `on_send :method, ...`, or with a `def`. Options: `:emit` (true),
        # `:reliable` (false): the first element is the message id; others are ignored.
        def on_send(*arguments, &block)
          method_name, options = split(arguments)
          send_options.merge!(options)
          define_callback(:on_send, method_name, block)
        end

        %i[on_activate on_deactivate on_ack on_fail].each do |statement|
          define_method(statement) { |method_name = nil, &block| define_callback(statement, method_name, block) }
        end

        # @return [Hash{Symbol => Object}]
        def send_options
          @send_options ||= { emit: true, reliable: false }
        end

        # @return [Boolean] whether what `on_send` returns is emitted
        def emit?
          !!send_options[:emit]
        end

        # @return [Boolean] whether what `on_send` returns begins with a message id
        def reliable?
          !!send_options[:reliable]
        end

        # @return [String] what RedStorm wraps the class in
        def java_proxy
          "Java::RedstormStormJruby::JRubySpout"
        end
      end

      # Emits one tuple that is tracked under a message id; nil: not tracked.
      def reliable_emit(message_id, *values)
        @collector.emit(values, message_id)
      end

      # Emits one tuple that is not tracked.
      def unreliable_emit(*values)
        @collector.emit(values)
      end
      alias emit unreliable_emit

      # Emits one tuple on a named stream, tracked under a message id.
      def reliable_stream_emit(stream, message_id, *values)
        @collector.emit(stream.to_s, values, message_id)
      end

      # Emits one tuple on a named stream, not tracked.
      def unreliable_stream_emit(stream, *values)
        @collector.emit(stream.to_s, values)
      end

      # Storm's side of `on_init`.
      def open(config, context, collector)
        @config = config
        @context = context
        @collector = collector
        on_init
      end

      # Storm's side of `on_send`: emits what it returned.
      def next_tuple
        output = on_send
        return unless self.class.emit?
        return sleep(REST) unless output

        values = [output].flatten
        return unreliable_emit(*values) unless self.class.reliable?

        message_id = values.shift
        reliable_emit(message_id, *values)
      end

      # Storm's side of `on_close`.
      def close
        on_close
      end

      # Storm's side of `on_activate`.
      def activate
        on_activate
      end

      # Storm's side of `on_deactivate`.
      def deactivate
        on_deactivate
      end

      # Storm's side of `on_ack`.
      def ack(message_id)
        on_ack(message_id)
      end

      # Storm's side of `on_fail`.
      def fail(message_id)
        on_fail(message_id)
      end

      private

      def on_activate; end

      def on_deactivate; end

      def on_ack(_message_id); end

      def on_fail(_message_id); end
    end
  end

  # The older name of {DSL::Spout}.
  SimpleSpout = DSL::Spout
end
