# frozen_string_literal: true

require "redgale"

RSpec.describe Redgale::Suggestion do
  it "names the nearest word, if one is near" do
    expect(described_class.for("shufle", %i[shuffle global])).to eq(" (did you mean `shuffle`?)")
    expect(described_class.for(:zzz, %i[shuffle global])).to eq("")
    expect(described_class.for("any", [])).to eq("")
  end

  it "lists what is allowed" do
    expect(described_class.unknown("grouping", :globl, %i[shuffle global]))
      .to eq("unknown grouping `globl` (did you mean `global`?); allowed: shuffle, global")
  end

  it "tells a misspelling from another word" do
    words = %w[max_spout_pending tasks workers]
    { "max_spout_pendin" => "max_spout_pending", "maxSpoutPending" => "max_spout_pending",
      "max-spout-pending" => "max_spout_pending", "max_spuot_pending" => "max_spout_pending", "worker" => "workers",
      "max_spot_pendin" => "max_spout_pending" }.each do |word, meant|
      expect(described_class.misspelt(word, words)).to eq(meant), word
    end
    ["task", "work", "spout_pending", "my_workers", "input", "", "max_pending", "été"].each do |word|
      expect(described_class.misspelt(word, words)).to be_nil, word
    end
  end

  it "may suggest words that it does not list" do
    expect(described_class.unknown("word", :optimise, %w[optimize workers], listed: %w[workers]))
      .to eq("unknown word `optimise` (did you mean `optimize`?); allowed: workers")
  end
end
