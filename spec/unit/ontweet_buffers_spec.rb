# frozen_string_literal: true

require "support/ontweet"

# What is received comes in pieces; only what is whole comes out.
RSpec.describe "ontweet's buffers" do
  def fed(buffer, *pieces)
    out = []
    pieces.each { |piece| buffer.feed(piece) { |item| out << item } }
    out
  end

  describe Ontweet::LineBuffer do
    it "puts lines together from pieces, with either line break" do
      buffer = described_class.new

      expect(fed(buffer, "one\ntw", "o\r", "\n", "\nfou")).to eq(["one", "two", ""])
      expect(buffer.half?).to be(true)
      expect(fed(buffer, "r\n")).to eq(["four"])
      expect(buffer.half?).to be(false)
    end

    it "keeps a character whole that came in two pieces, and says UTF-8" do
      bytes = "台風\n".b

      lines = fed(described_class.new, bytes[0, 2], bytes[2..])
      expect(lines).to eq(["台風"])
      expect(lines.first.encoding).to eq(Encoding::UTF_8)
    end

    it "leaves out a line that is too long, counts it, and keeps no more of it than may be" do
      buffer = described_class.new(longest: 5)

      expect(fed(buffer, "12345\n", "123456\n", "12", "3456", "7" * 1000, "\n", "ok\n")).to eq(%w[12345 ok])
      expect(buffer.too_long).to eq(2)
      fed(buffer, "x" * 1000)
      expect(buffer.half?).to be(true)
      expect(buffer.inspect.size).to be < 300
    end
  end

  describe Ontweet::JsonLines do
    it "leaves out what only keeps the connection alive" do
      buffer = described_class.new

      expect(fed(buffer, "\r\n\n  \n{\"a\":1}\r\n\xFF\n")).to eq(["{\"a\":1}", "\xFF"])
      expect(buffer.half?).to be(false)
    end
  end

  describe Ontweet::ServerSentEvents do
    it "reads events, of several lines too, and leaves out comments, other fields and events without data" do
      stream = ":)\n\nevent: update\nid: 7\nretry: 10\ndata: one\ndata:two\n\n:thump\nevent: empty\n\ndata:  x\r\n\r\n"

      expect(fed(described_class.new, *stream.chars).map(&:to_a)).to eq([%W[update one\ntwo], ["message", " x"]])
    end

    it "holds back an event until the empty line, and knows that it is half" do
      buffer = described_class.new

      expect(fed(buffer, "event: update\ndata: whole line\n")).to eq([])
      expect(buffer.half?).to be(true)
      expect(fed(buffer, "\n").map(&:data)).to eq(["whole line"])
      expect(buffer.half?).to be(false)
      fed(buffer, ":thu")
      expect(buffer.half?).to be(true)
    end

    it "leaves out an event that is too long and counts it, and reads bytes that are not UTF-8" do
      buffer = described_class.new
      long = "data: #{"x" * (Ontweet::LineBuffer::LONGEST / 2)}\n"

      expect(fed(buffer, "event: update\n", long, long, long, "\n", "data: \xFF\n\n").map(&:data)).to eq(["\xFF"])
      expect(buffer.too_long).to eq(1)
    end
  end
end
