# frozen_string_literal: true

require "redgale/errors"
require "red_storm/dsl/tick_tuple"
require "red_storm/java/java_names"

module RedStorm
  module DSL
    # What a collector does when the topology has ended: nothing, as in Storm. A thread of the user's own that goes on
    # emitting ends, as it would with the JVM.
    module AfterTheEnd
      private

      def unless_over
        yield
      rescue Redgale::ClosedError
        ::Thread.exit unless [@thread, ::Thread.main].include?(::Thread.current)
        nil
      end
    end

    # What emits, acks and fails for a bolt: Storm's OutputCollector, with RedStorm's names and Storm's overloads. Its
    # methods may be called from any thread, at any time.
    class OutputCollector
      extend Java::JavaNames
      include AfterTheEnd

      # Stream that is meant where none is named.
      DEFAULT = "default"

      # @param task [Redgale::Native::Task]
      # @param outlet [OnRedgale::Outlet] makes rows fit their streams
      # @api private
      def initialize(task, outlet)
        @task = task
        @outlet = outlet
        @thread = ::Thread.current
      end

      # `emit(values)`, `emit(anchors, values)`, `emit(stream, values)` or `emit(stream, anchors, values)`; anchors: a
      # tuple or an Array of tuples. Unlike Storm's it does not return task ids.
      # @return [nil]
      def emit(*arguments)
        stream, anchors, values = read(arguments)
        put(stream, anchors, values)
      end

      # RedStorm's name of `emit(values)`.
      def emit_tuple(values)
        put(DEFAULT, nil, values)
      end

      # RedStorm's name of `emit(anchor, values)`.
      def emit_anchor_tuple(anchors, values)
        put(DEFAULT, anchors, values)
      end

      # `emit(stream, values)`.
      def emit_tuple_stream(stream, values)
        put(stream, nil, values)
      end

      # `emit(stream, anchor, values)`.
      def emit_anchor_tuple_stream(stream, anchors, values)
        put(stream, anchors, values)
      end

      # `emit_direct(task, values)` and so on, as {#emit}.
      # @param task_id [Integer] a task that reads the stream by `:direct`
      # @return [nil]
      def emit_direct(task_id, *arguments)
        stream, anchors, values = read(arguments)
        put(stream, anchors, values, task_id)
      end

      # @param tuple [Tuple]
      # @raise [TypeError] if it is no tuple
      def ack(tuple)
        unless_over { @task.ack(tuple) } unless tuple.is_a?(TickTuple)
      end

      # @param tuple [Tuple]
      # @raise [TypeError] if it is no tuple: to fail with a message use raise
      def fail(tuple)
        unless_over { @task.fail(tuple) } unless tuple.is_a?(TickTuple)
      end

      # Logs an error; the worker goes on.
      # @param error [Exception, String]
      def report_error(error)
        @outlet.report(error)
      end

      java_names

      private

      def read(arguments)
        values = arguments.pop
        named = arguments.first.is_a?(String) || arguments.first.is_a?(Symbol)
        stream = named ? arguments.shift : DEFAULT
        anchors = arguments.shift
        raise ArgumentError, "emit takes [stream, ][anchors, ]values" if arguments.any?

        [stream, anchors, values]
      end

      def put(stream, anchors, values, to = nil)
        unless_over { @task.emit(@outlet.fit(stream, values), stream.to_sym, nil, to, real(anchors)) }
      end

      # Ticks are no tuples of the engine: what is anchored to them is not anchored.
      def real(anchors)
        case anchors
        when nil, Redgale::Tuple then anchors
        when TickTuple then nil
        when Array
          tuples = anchors.grep_v(TickTuple)
          tuples unless tuples.empty?
        else
          raise TypeError, "a tuple is anchored to a tuple or an Array of them, not to #{anchors.inspect} " \
                           "(#{anchors.class}); the anchor comes before the values"
        end
      end
    end

    # What emits for a spout: Storm's SpoutOutputCollector.
    class SpoutOutputCollector
      extend Java::JavaNames
      include AfterTheEnd

      # @param task [Redgale::Native::Task]
      # @param outlet [OnRedgale::Outlet]
      # @param instant [#call, nil] told of ids that count as acked at once, because tracking is off
      # @api private
      def initialize(task, outlet, instant)
        @task = task
        @outlet = outlet
        @instant = instant
        @thread = ::Thread.current
      end

      # `emit(values)`, `emit(values, message_id)`, `emit(stream, values)` or `emit(stream, values, message_id)`.
      # Without a message id, or with nil, the tuple is not tracked.
      # @return [nil]
      def emit(*arguments)
        stream, values, message_id = read(arguments)
        put(stream, values, message_id)
      end

      # RedStorm's name of `emit(values)`.
      def emit_tuple(values)
        put(OutputCollector::DEFAULT, values, nil)
      end

      # `emit_direct(task, values)` and so on, as {#emit}.
      # @param task_id [Integer] a task that reads the stream by `:direct`
      # @return [nil]
      def emit_direct(task_id, *arguments)
        stream, values, message_id = read(arguments)
        put(stream, values, message_id, task_id)
      end

      # Logs an error; the worker goes on.
      # @param error [Exception, String]
      def report_error(error)
        @outlet.report(error)
      end

      java_names

      private

      def read(arguments)
        named = arguments.first.is_a?(String) || arguments.first.is_a?(Symbol)
        stream = named ? arguments.shift : OutputCollector::DEFAULT
        raise ArgumentError, "emit takes [stream, ]values[, message id]" unless [1, 2].include?(arguments.size)

        [stream, *arguments]
      end

      def put(stream, values, message_id, to = nil)
        values = @outlet.fit(stream, values)
        instant = @instant && !message_id.nil?
        unless_over { @task.emit(values, stream.to_sym, instant ? nil : message_id, to, nil) }
        @instant.call(message_id) if instant
        nil
      end
    end
  end
end
