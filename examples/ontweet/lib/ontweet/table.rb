# frozen_string_literal: true

require_relative "text_width"

module Ontweet
  # A status as lines of text that fit. Draws nothing.
  class Table
    # Counters, and what they are called.
    COUNTERS = { received: "received", duplicates: "duplicates", invalid: "invalid JSON", reconnects: "reconnects",
                 half_messages: "half lines", stalls: "stalls", off_topic: "off topic" }.freeze
    # Kinds of names, in columns from left to right, with what is put in front of a name.
    KINDS = { "hashtags" => "#", "users" => "@" }.freeze
    # Columns that a count takes, and between two things.
    COUNT = 8
    GAP = 3
    # Two lists stand side by side from this width on.
    SIDE_BY_SIDE = 50
    # For anything narrower the lines are this wide nevertheless: a counter, or a name of a few letters.
    NARROWEST = 20

    # @param status [Status]
    # @param width [Integer] columns: no line is wider
    # @param window [Integer] seconds, for the headings
    # @param rows [Integer] names in each list
    # @param height [Integer] lines: there are no more, names are left out; but each list keeps one
    def initialize(status, width:, window:, rows:, height: 1_000)
      @status = status
      @width = [width, NARROWEST].max
      @window = window
      @counters = wrapped(self.class.counters(status))
      @rows = rows.clamp(1, [((height - @counters.size) / (side_by_side? ? 1 : 2)) - 1, 1].max)
    end

    # @return [Array<String>]
    def lines
      rows = [@rows, KINDS.keys.map { |kind| @status.top(kind).size }.max].min
      lists = KINDS.map { |kind, mark| list(kind, mark, rows) }
      below = side_by_side? ? lists.transpose.map { |row| row.join(" " * GAP) } : lists.flatten(1)
      [*@counters, *below].map(&:rstrip)
    end

    # @param status [Status]
    # @return [String] the status in one line, for a log
    def self.line(status)
      tops = KINDS.map do |kind, mark|
        status.top(kind).first(3).map { |name, count| "#{mark}#{TextWidth.clean(name)} #{grouped(count)}" }.join(", ")
      end
      [counters(status).join("  "), *tops].reject(&:empty?).join("  |  ")
    end

    # @api private
    def self.counters(status)
      COUNTERS.map { |key, name| "#{name} #{grouped(status.counters.fetch(key, 0))}" }
    end

    # @api private
    def self.grouped(number) = number.to_s.gsub(/(?<=\d)(?=(\d{3})+\z)/, ",")

    private

    def side_by_side? = @width >= SIDE_BY_SIDE

    def list_width = side_by_side? ? (@width - GAP) / 2 : @width

    def wrapped(parts)
      parts.each_with_object([]) do |part, lines|
        joined = [lines.last, part].compact.join(" " * GAP)
        joined.size > @width ? lines << part : lines[[lines.size - 1, 0].max] = joined
      end
    end

    def list(kind, mark, size)
      names = @status.top(kind)
      rows = Array.new(size) { |index| names[index] ? row(mark, *names[index]) : " " * list_width }
      [TextWidth.fit("#{kind} of the last #{@window} s", list_width), *rows]
    end

    def row(mark, name, count)
      TextWidth.fit("#{mark}#{name}", list_width - COUNT) + self.class.grouped(count).rjust(COUNT)
    end
  end
end
