# frozen_string_literal: true

require_relative "line_buffer"

module Ontweet
  # One message a line; empty lines keep the connection alive.
  class JsonLines
    # @param lines [LineBuffer]
    def initialize(lines = LineBuffer.new)
      @lines = lines
    end

    # @param bytes [String] what was received
    # @yieldparam message [String] a whole line
    # @return [void]
    def feed(bytes)
      @lines.feed(bytes) { |line| yield line unless line.b.strip.empty? }
    end

    # @return [Boolean] whether a message has begun and not ended
    def half? = @lines.half?

    # @return [Integer] messages left out because they were too long
    def too_long = @lines.too_long
  end
end
