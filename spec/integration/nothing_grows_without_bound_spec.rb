# frozen_string_literal: true

require "support/accounting"

# Queues, pending tuples and logs have bounds, whatever user code does.
RSpec.describe "Without a bound" do
  # A bolt needs 1 ms and more for each tuple of 1 kB; 100 MB would be 50 times what the bounds allow to wait.
  def expect_bounded(run)
    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.report["state"]).to eq("drained").or eq("finished")
    expect(run.notes(:rss).size).to be >= 5
    expect(run.notes(:rss).max).to be < 100
  end

  it "no tracked tuples wait for a slow bolt: max_spout_pending" do
    run = Accounting.run("bounds.rb", "tracked", arguments: ["--timeout", "1.5"])

    expect_bounded(run)
    expect(run.notes(:acked).size).to be >= 500
    expect(run).to add_up
  end

  %w[untracked by_hand].each do |topology|
    it "no untracked tuples (#{topology}) wait for a slow bolt: the queue is bounded" do
      run = Accounting.run("bounds.rb", topology, arguments: ["--timeout", "1.5"])

      expect_bounded(run)
      expect(run.notes(:emitted).size - run.notes(:processed).size).to eq(0)
      expect(run.report["pending"]["count"]).to eq(0)
    end
  end

  it "no tuples that a thread emits wait for a slow bolt" do
    run = Accounting.run("bounds.rb", "by_thread", arguments: ["--timeout", "1.5"])

    expect_bounded(run)
    expect(run.notes(:acked).size).to be >= 500
    # the process may end before the thread has written it down
    expect([[], [run.notes(:emitted).max + 1]]).to include(run.notes(:refused))
    expect(run).to add_up
  end

  it "no tuples wait that a bolt makes faster than the next one handles them" do
    run = Accounting.run("bounds.rb", "fan_out")

    expect_bounded(run)
    expect(run.notes(:acked)).to contain_exactly(1, 2, 3, 4)
    expect(run).to add_up
  end

  it "no more tuples of a task are open than max_spout_pending says" do
    run = Accounting.run("bounds.rb", "max_pending")

    expect(run.exitstatus).to eq(0)
    expect(run.notes(:open).max).to eq(7)
    expect(run.notes(:acked)).to match_array(1..200)
    expect(run).to add_up
  end

  it "no cycle of bolts waits for itself: a full queue on the edge that closes it fails the root" do
    run = Accounting.run("bounds.rb", "cycle")

    expect(run.exitstatus).to eq(0)
    expect(run.stderr).to match(/`back` -> `round` closes a cycle/)
    expect(run.report["components"]["back"]["feedback_full"]).to be >= 1
    expect(run.notes(:acked)).to match_array(1..200)
    expect(run).to add_up
  end

  it "no spout that always raises fills the log, and TERM ends it" do
    run = Accounting.run("bounds.rb", "raises") do |process, _book|
      process.wait_for(/IOError: no source/)
      sleep 2
      process.signal("TERM")
    end

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.report["errors"]["always_raises"]).to be_between(2, 40)
    expect(run.stderr.scan("IOError").size).to be_between(2, 40)
  end

  it "no tuples stay in memory that a full queue on such an edge refused" do
    run = Accounting.run("bounds.rb", "full_feedback", arguments: ["--timeout", "1.5"])

    expect(run.exitstatus).to eq(3), run.to_s
    expect(run.report["components"]["flood"]["feedback_full"]).to be >= 10_000
    expect(run.notes(:rss).size).to be >= 5
    expect(run.notes(:rss).max).to be < 100
  end

  it "no handler emits by hand what a bolt does not take, a few tuples at a time" do
    run = Accounting.run("bounds.rb", "trickling")

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:ahead)).to contain_exactly(be < 1500)
    expect(run.report["components"]["asleep"]["executed"]).to eq(run.report["emitted"])
  end

  it "no instance stays in memory whose thread was killed" do
    run = Accounting.run("bounds.rb", "killed_often")

    expect(run.exitstatus).to eq(3), run.to_s
    expect(run.notes(:given_up).size).to eq(40)
    expect(run.notes(:alive).size).to be >= 40
    expect(run.notes(:alive).max).to be <= 5
    expect(run).to add_up
  end
end

RSpec.describe "A spout's on_init" do
  it "may emit more than max_spout_pending: nothing could be acked before it is done" do
    run = Accounting.run("bounds.rb", "emits_in_init", timeout: 20)

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:acked)).to match_array(1..1500)
    expect(run).to add_up
  end
end
