# frozen_string_literal: true

require "io/console"
require_relative "table"

module Ontweet
  # Shows a status: in a terminal a table that is drawn over itself, else a line whenever something has changed.
  class Screen
    # Columns and lines where nobody says how many there are.
    WIDTH = 80
    HEIGHT = 1_000

    # @param out [IO]
    # @param window [Integer] seconds
    # @param rows [Integer] names in each list
    # @param live [Boolean] whether to draw the table over itself
    def initialize(out, window:, rows:, live: out.tty?)
      @out = out
      @window = window
      @rows = rows
      @live = live
      @drawn = 0
    end

    # @param status [Status]
    # @return [void]
    def show(status)
      return draw(table(status)) if @live

      line = Table.line(status)
      write("#{line}\n") if line != @line
      @line = line
    end

    # The last one is always a table.
    # @param status [Status]
    # @return [void]
    def finish(status)
      @live ? draw(table(status)) : write(table(status).map { |line| "#{line}\n" }.join)
    end

    private

    # One write, so that nothing comes between; each line is erased before it is written, and what is left below.
    def draw(lines)
      up = @drawn.positive? ? "\e[#{@drawn}A" : ""
      write("#{up}\r#{lines.map { |line| "\e[K#{line}\n" }.join}\e[J")
      @drawn = lines.size
    end

    # Somebody may be waiting for it at the other end of a pipe.
    def write(text)
      @out.write(text)
      @out.flush
    end

    # The last column stays empty, because some terminals begin a new line when it is written to; so does the last line,
    # where the cursor waits.
    def table(status)
      height, width = size
      Table.new(status, width: width - 1, height: height - 1, window: @window, rows: @rows).lines
    end

    def size
      height, width = @live && @out.tty? ? @out.winsize : [0, ENV["COLUMNS"].to_i]
      [height.positive? ? height : HEIGHT, width.positive? ? width : WIDTH]
    end
  end
end
