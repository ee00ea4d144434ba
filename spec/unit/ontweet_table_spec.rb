# frozen_string_literal: true

require "stringio"
require "support/ontweet"

RSpec.describe Ontweet::Table do
  status = Ontweet::Status.new(3).tap do |s|
    s.counters = { received: 1_234_567, duplicates: 12, invalid: 3, reconnects: 4 }
    s.tell("hashtags", 1, [["storm", 1234], ["a#{"b" * 100}", 7]])
    s.tell("users", 2, [["ann", 12], ["台風\e[2J", 9], ["ben", 1]])
  end
  lines = ->(width, **options) { described_class.new(status, width: width, window: 60, rows: 3, **options).lines }

  it "puts two lists side by side where there is room" do
    expect(lines[60]).to eq(["received 1,234,567   duplicates 12   invalid JSON 3",
                             "reconnects 4   half lines 0   stalls 0   off topic 0",
                             "hashtags of the last 60 s      users of the last 60 s",
                             "#storm                 1,234   @ann                      12",
                             "#abbbbbbbbbbbbbbbbb…       7   @台風[2J                   9",
                             "                               @ben                       1"])
  end

  it "puts one below the other where there is not" do
    expect(lines[30].drop(4)).to eq(["hashtags of the last 60 s", "#storm                   1,234",
                                     "#abbbbbbbbbbbbbbbbbbb…       7", "", "users of the last 60 s",
                                     "@ann                        12", "@台風[2J                     9",
                                     "@ben                         1"])
  end

  (20..130).step(11) do |width|
    it "is never wider than #{width} columns" do
      expect(lines[width].map { |line| Ontweet::TextWidth.of(line) }.max).to be <= width
    end
  end

  it "leaves out names where there are too few lines for them, but keeps one of each list" do
    expect(lines[100, height: 5].size).to eq(5)
    expect(lines[100, height: 1].size).to eq(4)
    expect(lines[100, height: 4].last).to match(/#storm .* @ann/)
  end

  it "has a line for logs" do
    expect(described_class.line(status))
      .to eq("received 1,234,567  duplicates 12  invalid JSON 3  reconnects 4  half lines 0  " \
             "stalls 0  off topic 0  |  #storm 1,234, #a#{"b" * 100} 7  |  @ann 12, @台風[2J 9, @ben 1")
  end

  describe Ontweet::Screen do
    screen = ->(out, live) { described_class.new(out, window: 60, rows: 2, live: live) }

    it "draws the table over itself" do
      out = StringIO.new
      s = screen[out, true]
      2.times { s.show(status) }
      first, second = out.string.split("\e[J")

      expect(first).to start_with("\r\e[Kreceived")
      expect(second).to eq("\e[#{first.count("\n")}A#{first}")
    end

    it "prints a line where it cannot, only if something has changed, and the table at the end" do
      out = StringIO.new
      s = screen[out, false]
      3.times { s.show(status) }
      s.finish(status)

      expect(out.string.lines.first).to eq("#{Ontweet::Table.line(status)}\n")
      expect(out.string.lines.grep(/\Ahashtags of/).size).to eq(1)
      expect(out.string).not_to include("\e")
    end
  end
end
