# frozen_string_literal: true

require "redgale/component"

module Redgale
  # Handles tuples. What the handler returns is emitted, anchored to its input; then the input is acked. A handler that
  # raises fails its input.
  #
  # @example
  #   class Split < Redgale::Bolt
  #     output_fields :word
  #     on_receive { |tuple| tuple[:sentence].split.map { |word| [word] } }
  #   end
  class Bolt < Component
    # Emits one tuple by hand, from any thread.
    #
    # @param values [Array, Object] the values of one tuple; anything but an Array is one value
    # @param stream [Symbol] a declared stream
    # @param to [Integer, nil] task id, for a direct stream
    # @param anchor [Tuple, Array<Tuple>, nil] what it is anchored to; the current input unless given; nil: nothing
    # @return [nil]
    # @raise [EmitError] wrong number of values, unknown stream or task
    # @raise [AnchorError] no `anchor:` off the handler's thread or after it returned; or another component's tuple
    # @raise [ClosedError] the topology has ended
    # @raise [ForkError] in a forked child
    def emit(values, stream: :default, to: nil, anchor: CURRENT)
      redgale_task.emit(values, stream, nil, to, anchor)
    end

    # Acks a tuple that an `ack: false` handler kept, from any thread. A second ack or fail is ignored and counted.
    #
    # @param tuple [Tuple] an input of this component
    # @return [nil]
    # @raise [TypeError] if it is not a tuple
    def ack(tuple)
      redgale_task.ack(tuple)
    end

    # Fails a tuple: its root is replayed. To fail the current input by an error, raise.
    #
    # @param tuple [Tuple] an input of this component
    # @return [nil]
    # @raise [TypeError] if it is not a tuple
    def fail(tuple)
      redgale_task.fail(tuple)
    end

    class << self
      # @api private
      def redgale_kind
        :bolt
      end
    end
  end
end
