# frozen_string_literal: true

require "red_storm/support/red_storm_run"
require "redgale/testing"

RSpec.describe "Redgale's testing kit with a RedStorm topology" do
  include RedStormRun

  let(:spout_class) do
    define("SentenceSpout", RedStorm::DSL::Spout) do
      output_fields :sentence
      on_send { raise "not asked" }
    end
  end

  let(:split) do
    define("SplitBolt", RedStorm::DSL::Bolt) do
      output_fields :word
      on_receive(ack: true, anchor: true) { |tuple| tuple[:sentence].split.map { |word| [word] } }
    end
  end

  let(:count) do
    define("CountBolt", RedStorm::DSL::Bolt) do
      output_fields :word, :count
      on_init { @counts = Hash.new(0) }
      on_receive(ack: true, anchor: true) { |tuple| [tuple.getString(0), @counts[tuple[0]] += 1] }
    end
  end

  let(:word_count) do
    first = spout_class
    second = split
    third = count
    topology do
      spout first
      bolt(second) { source first, :shuffle }
      bolt(third) { source second, fields: ["word"] }
    end
  end

  it "completes it" do
    done = Redgale::Testing.complete(word_count, spout_class => [["a b a"], ["c"]])

    expect(done[count].sort).to eq([["a", 1], ["a", 2], ["b", 1], ["c", 1]])
    expect(done[split].size).to eq(4)
  end

  it "simulates it, ticks included" do
    ticking = define("TickingBolt", RedStorm::DSL::Bolt) do
      output_fields :from
      configure { set "topology.tick.tuple.freq.secs", 60 }
      on_receive(ack: true, anchor: true, &:source_component)
    end
    first = spout_class
    ticked = topology do
      spout first
      bolt(ticking) { source first, :shuffle }
    end

    Redgale::Testing.simulate(ticked, spout_class => [["a"]]) do |t|
      t.advance 130
      expect(t[ticking]).to eq([["sentence_spout"], ["__system"], ["__system"]])
    end
  end

  it "simulates a spout that rests when it has nothing" do
    asked = 0
    resting = define("RestingSpout", RedStorm::DSL::Spout) do
      output_fields :n
      on_send { (asked += 1) == 3 ? asked : nil }
    end
    rested = topology { spout resting }

    Redgale::Testing.simulate(rested) do |t|
      t.advance 10
      expect(asked).to be_between(90, 110)
      expect(t[resting]).to eq([[3]])
    end
  end

  it "says that a RedStorm component does not run by itself" do
    expect { Redgale::Testing.component(count).receive(word: "a") }
      .to raise_error(Redgale::DefinitionError, /is a RedStorm component/)
  end
end
