# frozen_string_literal: true

module Redgale
  module Runtime
    # Makes the spouts of a run emit, rest or drain, as its program asks: the half of {Control} that knows the engine.
    # Without a lock, so that a `trap` may call it.
    # @api private
    class Helm
      # @param native [Native::Run]
      def initialize(native)
        @native = native
        @wanted = nil
      end

      # @return [Symbol]
      def phase
        @native.phase
      end

      # @param phase [Symbol] :active or :inactive
      # @return [Boolean] whether that changed anything
      def move_to(phase)
        @wanted = phase
        @native.advance(phase)
      end

      # @return [Boolean] false if a drain had begun or the run was over
      def drain
        begun = @native.advance(:draining)
        # whoever waits for the end keeps the time of the drain
        @native.exit(-1) if begun
        begun
      end

      # The run begins: active, unless something else was asked for.
      def start
        first = @wanted || :active
        @native.advance(first)
        # another thread may have asked for the contrary just then
        @native.advance(@wanted) unless [nil, first].include?(@wanted)
      end
    end
  end
end
