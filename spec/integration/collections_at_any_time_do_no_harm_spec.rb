# frozen_string_literal: true

require "support/accounting"

# The engine holds Ruby objects in native memory. Whatever the collector does, and wherever: no value is freed, moved
# away from under the engine, or changed.
RSpec.describe "The garbage collector" do
  folder = File.join(SpecProcess::ROOT, "examples/word_count")

  # Ids that end in 99 fail for ever and are given up; of the others one of twenty fails once.
  def expect_every_word(run)
    expect(run.exitstatus).to eq(3), run.to_s
    expect(run.notes(:wrong)).to be_empty
    expect(run.notes(:acked)).to match_array((1..300).to_a - [99, 199, 299])
    expect(run.report).to include("given_up" => 3)
    expect(run).to add_up
  end

  # REDGALE_GC_STRESS=full: a major collection at every allocation, for all of the words. A tuple then takes minutes,
  # hence the timeout; the last result is in spec/results/gc_stress.md.
  stress = ENV["REDGALE_GC_STRESS"] == "full" ? { gc: "full", message_timeout_secs: 3600 } : { gc: "stress" }

  it "runs at every allocation, over 300 words through every lane and failure path (#{stress[:gc]})" do
    expect_every_word(Accounting.run("lanes.rb", "all", set: stress, timeout: stress[:gc] == "full" ? 3600 : 120))
  end

  it "compacts in a handler" do
    expect_every_word(Accounting.run("lanes.rb", "all", set: { gc: "compact" }))
  end

  it "compacts at each of its major runs" do
    expect_every_word(Accounting.run("lanes.rb", "all", set: { gc: "auto_compact" }))
  end

  it "moves what it may while 24,000 tuples are pending: each id comes back" do
    run = Accounting.run("lanes.rb", "cold")

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:wrong)).to eq([0])
    expect(run.notes(:checked)).to eq([24_000])
  end

  it "compacts during the whole word count" do
    result = SpecProcess.redgale("local", File.join(Accounting::TOPOLOGIES, "compacted_text.rb"), "--set", "top=100000")
    counted = result.stdout.scan(/^ *(\d+)  ([a-z']+)$/).to_h { |count, word| [word, count.to_i] }
    plain = File.read(File.join(folder, "kjv.txt")).downcase.scan(/[a-z']+/).tally

    expect(result.exitstatus).to eq(0)
    expect(counted).to eq(plain)
  end

  it "leaves 1,000 kept tuples as they were" do
    run = Accounting.run("lanes.rb", "kept")

    expect(run.exitstatus).to eq(0)
    expect(run.notes(:same)).to eq([1000])
    expect(run.notes(:frozen)).to eq([1000])
    expect(run).to add_up
  end
end
