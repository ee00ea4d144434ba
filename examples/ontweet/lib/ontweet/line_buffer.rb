# frozen_string_literal: true

module Ontweet
  # Whole lines out of bytes that come in pieces of any size. What is not ended by a newline is not a line, so nothing
  # that was cut off in the middle ever comes out.
  class LineBuffer
    # Bytes of the longest line; a longer one is left out, and counted.
    LONGEST = 1 << 20

    # @param longest [Integer] bytes
    def initialize(longest: LONGEST)
      @longest = longest
      @part = String.new(encoding: Encoding::BINARY)
      @skipping = false
      @too_long = 0
    end

    # @return [Integer] lines that were left out
    attr_reader :too_long

    # @param bytes [String]
    # @yieldparam line [String] without its line break; UTF-8, perhaps not valid
    # @return [void]
    def feed(bytes)
      bytes = bytes.b
      from = 0
      while (newline = bytes.index("\n", from))
        append(bytes.byteslice(from...newline))
        line = take
        yield line if line
        from = newline + 1
      end
      append(bytes.byteslice(from..))
    end

    # @return [Boolean] whether a line has begun and not ended
    def half? = @skipping || !@part.empty?

    private

    def append(bytes)
      return if @skipping
      return @part << bytes if @part.bytesize + bytes.bytesize <= @longest

      @part.clear
      @skipping = true
    end

    def take
      if @skipping
        @skipping = false
        @too_long += 1
        return
      end
      line = @part.delete_suffix("\r").force_encoding(Encoding::UTF_8)
      @part.clear
      line
    end
  end
end
