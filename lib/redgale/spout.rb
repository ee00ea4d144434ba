# frozen_string_literal: true

require "redgale/component"

module Redgale
  # Makes tuples. What `on_send` returns is emitted and tracked until every bolt has dealt with it; a tuple that fails
  # is emitted again. nil means nothing right now, StopIteration (or {#finish}) nothing ever again.
  #
  # @example
  #   class Lines < Redgale::Spout
  #     output_fields :line
  #     on_init { @lines = File.foreach(config["input"], chomp: true) }
  #     on_send { @lines.next }
  #   end
  class Spout < Component
    # Emits one tuple by hand, from any thread.
    #
    # @param values [Array, Object] the values of one tuple; anything but an Array is one value
    # @param stream [Symbol] a declared stream
    # @param id [Object, nil] given back to on_ack and on_fail; the spout then owns the replay of this tuple
    # @param to [Integer, nil] task id, for a direct stream
    # @return [nil]
    # @raise [EmitError] wrong number of values, unknown stream or task
    # @raise [ClosedError] the topology has ended
    # @raise [ForkError] in a forked child
    def emit(values, stream: :default, id: nil, to: nil)
      redgale_task.emit(values, stream, id, to, nil)
    end

    # This task has nothing more to emit. When all have finished and nothing is pending, the topology ends by itself.
    #
    # @return [nil]
    def finish
      redgale_task.finish
    end

    class << self
      # @api private
      def redgale_kind
        :spout
      end
    end
  end
end
