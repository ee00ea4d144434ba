# frozen_string_literal: true

require "support/ontweet"

RSpec.describe "ontweet's memory" do
  describe Ontweet::SlidingCounts do
    it "counts over the last buckets only" do
      counts = described_class.new(3)
      counts.add("a")
      counts.slide
      2.times { counts.add("b") }
      counts.slide
      counts.add("a")

      expect(counts.top(9)).to eq([["a", 2], ["b", 2]])
      counts.slide
      expect(counts.top(9)).to eq([["b", 2], ["a", 1]])
      counts.slide
      expect(counts.top(9)).to eq([["a", 1]])
      counts.slide
      expect(counts.size).to eq(0)
    end

    it "is right for any sequence, as a list of all that came says" do
      random = Random.new(RSpec.configuration.seed)
      counts = described_class.new(5)
      came = [[]]
      500.times do
        if random.rand < 0.2
          counts.slide
          came << []
        else
          key = "k#{random.rand(20)}"
          counts.add(key)
          came.last << key
        end
        expected = came.last(5).flatten.tally.sort_by { |name, count| [-count, name] }.first(7)

        expect(counts.top(7)).to eq(expected)
      end
    end

    it "refuses a window of nothing" do
      expect { described_class.new(0) }.to raise_error(ArgumentError, /at least one bucket, not 0/)
    end
  end

  describe Ontweet::SeenIds do
    it "knows an id again, and forgets the oldest when there are too many" do
      seen = described_class.new(3)

      expect(%w[1 2 1 3 2 4].map { |id| seen.add?(id) }).to eq([true, true, false, true, false, true])
      expect(seen.size).to eq(3)
      expect(seen.add?("1")).to be(true)
      10_000.times { |id| seen.add?("n#{id}") }
      expect(seen.size).to eq(3)
    end
  end

  describe Ontweet::Status do
    it "puts the names of all tasks together, those that each told last" do
      status = described_class.new(3)
      status.tell("users", 1, [["ann", 5], ["ben", 1]])
      status.tell("users", 2, [["cleo", 3], ["dario", 3], ["edda", 2]])
      status.tell("users", 1, [["ann", 2]])
      status.tell("hashtags", 3, [["storm", 9]])

      expect(status.top("users")).to eq([["cleo", 3], ["dario", 3], ["ann", 2]])
      expect(status.top("hashtags")).to eq([["storm", 9]])
    end
  end
end
