# frozen_string_literal: true

require "redgale"
require "redgale/progress"
require "redgale/report"

RSpec.describe Redgale::Report do
  def report(**changes)
    { "event" => "report", "topology" => "word_count", "seconds" => 2.0, "state" => "finished", "acked" => 31_102,
      "failed" => 3, "given_up" => 1, "emitted" => 31_105, "pending" => pending([]),
      "components" => { "split" => counts(1_234), "sentence_spout" => counts(0) }, "counters" => {}, "errors" => {},
      "exit_code" => 3 }.merge(changes.transform_keys(&:to_s))
  end

  def pending(tuples) = { "count" => tuples.size, "tuples" => tuples, "truncated" => false }

  def counts(executed)
    { "emitted" => 5, "transferred" => 6, "executed" => executed, "acked" => 7, "failed" => 8, "given_up" => 0 }
  end

  describe "for people" do
    it "begins with what happened in one line" do
      expect(described_class.new(report).text.lines.first)
        .to eq("word_count finished after 2.00 s: 31,102 tuples acked, 15,551 tuples/s, 3 failures, 1 given up, " \
               "0 pending\n")
    end

    { "finished" => "finished", "drained" => "drained" }.each do |state, words|
      it "says that it #{words}" do
        expect(described_class.new(report(state: state)).text).to start_with("word_count #{words} after")
      end
    end

    it "has words for every end there is" do
      require "redgale/runtime/outcome"

      expect(Redgale::Runtime::Outcome::CODES.keys.map(&:to_s) - described_class::STATES.keys).to be_empty
    end

    it "does not divide by a run that took no time" do
      expect(described_class.new(report(seconds: 0.0)).text).to include("0 tuples/s")
    end

    it "shows the components in columns" do
      expect(described_class.new(report).text.lines(chomp: true)[1..])
        .to eq(["  component       emitted  transferred  executed  acked  failed",
                "  split                 5            6     1,234      7       8",
                "  sentence_spout        5            6         0      7       8"])
    end

    it "shows counters if there are any" do
      text = described_class.new(report(counters: { "split" => { "words" => 1_234_567 } })).text

      expect(text.lines(chomp: true).last).to eq("  split words: 1,234,567")
    end
  end

  describe "for machines" do
    def json(**changes) = JSON.parse(described_class.new(report(**changes)).json)

    it "is the report in one line" do
      expect(described_class.new(report).json).not_to include("\n")
      expect(json).to eq(report)
    end

    it "keeps what JSON can hold and inspects the rest" do
      values = [1, 2.5, nil, true, "text", :symbol, Float::NAN, "\xFF".b, "\xFF", { a: 1 }, Object, "gr\xFC\xDF".b]
      tuples = [{ "component" => "s", "task" => 1, "values" => values }]
      shown = json(pending: pending(tuples))["pending"]["tuples"][0]["values"]

      expect(shown).to eq([1, 2.5, nil, true, "text", ":symbol", "NaN", '"\xFF"', '"\xFF"', { "a" => 1 }, "Object",
                           '"gr\xFC\xDF"'])
    end

    it "writes texts of other encodings as UTF-8" do
      expect(json(topology: "grün".encode(Encoding::ISO_8859_1))["topology"]).to eq("grün")
    end
  end
end
