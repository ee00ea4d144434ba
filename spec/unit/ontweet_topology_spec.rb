# frozen_string_literal: true

require "redgale/testing"
require "support/ontweet"
require ExampleRun.path("ontweet/ontweet")

# The topology of the example on a simulated clock, with tweets given instead of a stream.
RSpec.describe OntweetTopology do
  # The status bolt draws on stdout: a block stands in for it.
  def simulate(**settings, &block)
    set = { "ontweet.window" => 10 }.merge(settings.transform_keys { |key| "ontweet.#{key}" })
    stand_ins = { Ontweet::TweetSpout => [], Ontweet::StatusBolt => ->(_tuple) {} }
    Redgale::Testing.simulate(described_class, stand_ins, set: set, &block)
  end

  # The tops that the tasks of a counting bolt told last, together.
  def tops(simulation, id)
    simulation[id].group_by { |_kind, task, _top| task }.values.flat_map { |told| told.last.last }.sort
  end

  it "splits a tweet into its user and its hashtags, each hashtag once" do
    split = Redgale::Testing.component(Ontweet::SplitBolt).receive(id: "1", user: "ann", text: "#B #a #A",
                                                                   hashtags: nil)

    expect(split.emitted).to eq([["1", "ann", %w[b a]]])
    expect(split.emitted(:users)).to eq([["ann"]])
    expect(split.emitted(:hashtags)).to eq([["b"], ["a"]])
  end

  it "counts names within the window, and forgets them when it has slid over them" do
    simulate do |t|
      t.feed Ontweet::TweetSpout, [["1", "ann", "#storm #rain", nil], ["2", "ben", "a #Storm", nil]]
      t.advance 5
      t.feed Ontweet::TweetSpout, [["3", "ann", "no hashtag in the text", %w[Storm]]]
      t.advance 1
      expect(tops(t, :hashtag_counts)).to eq([["rain", 1], ["storm", 3]])
      expect(tops(t, :user_counts)).to eq([["ann", 2], ["ben", 1]])

      t.advance 6
      expect(tops(t, :hashtag_counts)).to eq([["storm", 1]])
      expect(tops(t, :user_counts)).to eq([["ann", 1]])

      t.advance 5
      expect(tops(t, :hashtag_counts) + tops(t, :user_counts)).to eq([])
    end
  end

  it "tells the last figures when the stream is done, without waiting for the next second" do
    simulate do |t|
      t.feed Ontweet::TweetSpout, { default: [["1", "ann", "#storm", nil]] }
      t.feed Ontweet::TweetSpout, [[1]], stream: :done

      expect(tops(t, :hashtag_counts)).to eq([["storm", 1]])
      expect(tops(t, :user_counts)).to eq([["ann", 1]])
    end
  end

  it "tells no more names than are shown" do
    simulate(top: 3) do |t|
      t.feed Ontweet::TweetSpout, Array.new(50) { |n| [n.to_s, "user#{n}", "", nil] }
      t.advance 1

      expect(t[:user_counts].map { |_kind, _task, top| top.size }.uniq).to eq([3])
    end
  end
end
