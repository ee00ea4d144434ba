# frozen_string_literal: true

require "fileutils"
require "time"

module Bench
  # What a benchmark found: figures against their bars, tables, remarks. Printed, and written to bench/results/NAME.md.
  class Result
    # A figure; `bar` and `stretch` are pairs: what has to be reached, in words, and whether it was.
    Figure = Struct.new(:name, :value, :bar, :stretch)

    attr_reader :name

    def initialize(name, title)
      @name = name
      @title = title
      @figures = []
      @parts = []
      @facts = Machine.facts
      @times = Machine::Times.now
      @began = Time.now
    end

    # @param value [String] the number in words
    # @param bar [Array(String, Boolean), nil] what has to be reached, in words, and whether it was
    # @param stretch [Array(String, Boolean), nil] what is wanted, in words, and whether it was reached
    def figure(name, value, bar: nil, stretch: nil)
      @figures << Figure.new(name, value, bar, stretch)
    end

    # @param rows [Array<Array>] cells; the first row is the heading
    def table(heading, rows)
      @parts << "## #{heading}\n\n#{Table.new(rows)}"
    end

    # A paragraph.
    def note(text)
      @parts << "#{text}\n"
    end

    # @return [String] Markdown, readable as plain text
    def to_s
      ["# #{@title}\n", Table.new(figure_rows).to_s, *@parts, "## How and where\n", circumstances].join("\n")
    end

    # Writes NAME.md into a folder.
    def write(folder)
      FileUtils.mkdir_p(folder)
      path = File.join(folder, "#{name}.md")
      File.write(path, to_s)
      path
    end

    private

    def figure_rows
      rows = @figures.map do |figure|
        [figure.name, figure.value, *said(figure.bar), *said(figure.stretch)]
      end
      rows.unshift(["figure", "result", "bar", "reached", "stretch", "reached "])
      @figures.any?(&:stretch) ? rows : rows.map { |row| row.first(4) }
    end

    def said(bar)
      return ["", ""] unless bar

      [bar.first, bar.last ? "yes" : "no"]
    end

    def circumstances
      lines = { "command" => "`#{['bench/run', *Bench.arguments].join(' ')}`", "date" => @began.utc.iso8601,
                "took" => "#{(Time.now - @began).round} s", **@facts,
                "stolen by the host meanwhile" => Numbers.percent((Machine::Times.now - @times).stolen_share) }
      lines.map { |key, value| "- #{key}: #{value}\n" }.join
    end
  end

  # A Markdown table with aligned columns: numbers to the right.
  class Table
    def initialize(rows)
      @rows = rows.map { |row| row.map(&:to_s) }
    end

    def to_s
      columns = @rows.transpose.each_with_index.map { |cells, index| column(cells, number: index.positive?) }
      columns.transpose.map { |cells| "| #{cells.join(' | ')} |\n" }.join
    end

    private

    # The cells of a column, padded, with the rule below the heading.
    def column(cells, number:)
      width = [cells.map(&:size).max, 3].max
      number &&= cells.drop(1).all? { |cell| cell.empty? || cell.match?(/\A[+-]?\d[^,]*\z|\A[+-]?\d[\d,]*[^ ]*\z/) }
      padded = cells.map { |cell| number ? cell.rjust(width) : cell.ljust(width) }
      padded.insert(1, number ? "#{'-' * (width - 1)}:" : "-" * width)
    end
  end
end
