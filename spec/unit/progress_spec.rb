# frozen_string_literal: true

require "stringio"
require "redgale"
require "redgale/progress"

RSpec.describe Redgale::Progress do
  let(:out) { StringIO.new }

  def snapshot(seconds, acked)
    { "seconds" => seconds, "phase" => "active", "acked" => acked, "failed" => 2, "given_up" => 0, "emitted" => acked,
      "pending" => 1_000, "components" => { "a" => {} } }
  end

  it "writes plain lines with the rate since the last one" do
    plain = described_class.for("plain", out)
    plain.call(snapshot(2.0, 20_000))
    plain.call(snapshot(4.0, 80_000))
    plain.finish

    expect(out.string.lines).to eq(["   2.0 s  20,000 acked  10,000/s  1,000 pending  2 failed\n",
                                    "   4.0 s  80,000 acked  30,000/s  1,000 pending  2 failed\n"])
  end

  it "redraws one line on a terminal and leaves none behind" do
    terminal = described_class.for("terminal", out)
    terminal.call(snapshot(2.0, 20_000))
    terminal.finish

    terminal.finish

    expect(out.string).to eq("\e[K   2.0 s  20,000 acked  10,000/s  1,000 pending  2 failed\r\e[K")
  end

  it "says that the topology drains" do
    terminal = described_class.for("terminal", out)
    terminal.call(snapshot(2.0, 20_000).merge("phase" => "draining"))

    expect(out.string).to end_with("2 failed  draining; INT or TERM ends at once\r")
  end

  it "writes nothing on a terminal for a run that was over before" do
    described_class.for("terminal", out).finish

    expect(out.string).to be_empty
  end

  it "writes JSON lines for machines" do
    json = described_class.for("json", out)
    json.call(snapshot(2.0, 20_000))
    json.finish

    expect(out.string.lines.map { |line| JSON.parse(line) })
      .to eq([{ "event" => "progress", "seconds" => 2.0, "phase" => "active", "acked" => 20_000, "failed" => 2,
                "given_up" => 0, "emitted" => 20_000, "pending" => 1_000 }])
  end

  %w[terminal plain json].each do |kind|
    it "drops what cannot be written, and all after it: #{kind}" do
      gone = double("pipe", flush: nil)
      allow(gone).to receive(:print).and_raise(Errno::EPIPE)
      progress = described_class.for(kind, gone)
      3.times { |i| progress.call(snapshot(i + 1.0, i)) }
      progress.finish

      expect(gone).to have_received(:print).once
    end
  end

  it "shows nothing if it is asked for none" do
    none = described_class.for("none", out)
    none.call(snapshot(2.0, 20_000))
    none.finish

    expect(out.string).to be_empty
  end

  it "says how often it wants to be called" do
    expect(%w[terminal plain json none].map { |kind| described_class.for(kind, out).every }).to all(be_positive)
  end

  it "groups digits" do
    expect([0, 999, 1_000, 1_234_567, 1_999.6].map { |n| described_class.number(n) })
      .to eq(%w[0 999 1,000 1,234,567 2,000])
  end
end
