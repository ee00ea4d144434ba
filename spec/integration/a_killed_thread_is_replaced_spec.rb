# frozen_string_literal: true

require "support/accounting"

# Thread#kill in user code: what the thread held fails and is replayed, another thread takes over its executor, on_init
# runs again, and the run goes on to its ordinary end.
RSpec.describe "An executor whose thread is killed" do
  def expect_ordinary_end(run)
    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:acked)).to match_array(1..20)
    expect(run.report).to include("state" => "finished", "acked" => 20)
    expect(run).to add_up
  end

  it "goes on behind the tuple whose handler did it, on a new thread with new instances" do
    run = Accounting.run("kills.rb", "in_handler")

    expect_ordinary_end(run)
    expect(run.report["failed"]).to eq(4)
    expect(run.notes(:init).size).to eq(2 + 4)
    expect(run.notes(:thread).uniq.size).to be > 2
    expect(run.notes(:close)).to contain_exactly(1, 2)
    expect(run.stderr.scan("was killed: another one takes over").size).to eq(4)
  end

  it "fails the tuples of an on_batch handler" do
    run = Accounting.run("kills.rb", "in_batch")

    expect_ordinary_end(run)
    expect(run.report["failed"]).to be_between(1, 5)
    expect(run.notes(:init).size).to eq(2)
  end

  it "fails the tuple of an on_values handler" do
    run = Accounting.run("kills.rb", "in_values")

    expect_ordinary_end(run)
    expect(run.report["failed"]).to eq(4)
    expect(run.notes(:init).size).to eq(1 + 4)
  end

  { "in_on_send" => "in on_send", "in_on_ack" => "in on_ack", "in_on_init" => "in on_init of a bolt",
    "in_on_init_of_spout" => "in on_init of a spout", "in_on_tick" => "in on_tick",
    "from_outside" => "while it waits for a tuple" }.each do |topology, where|
    it "goes on when it happens #{where}" do
      run = Accounting.run("kills.rb", topology)

      expect_ordinary_end(run)
      expect(run.report["failed"]).to eq(0)
      expect(run.notes(:init).tally.values.max).to eq(2)
    end
  end

  it "fails the tuple with which it slept when another thread kills it" do
    run = Accounting.run("kills.rb", "from_outside", set: { sleep: true }, timeout: 25)

    expect_ordinary_end(run)
    expect(run.report["failed"]).to eq(1)
    expect(run.notes(:init)).to eq([1, 1])
  end

  it "ends all the same when it happens in on_close" do
    run = Accounting.run("kills.rb", "in_on_close")

    expect_ordinary_end(run)
    expect(run.notes(:close)).to eq([1]).or eq([2])
  end

  it "costs a thread per 0.1 s at most if it happens in every on_init, and TERM ends the run" do
    run = Accounting.run("kills.rb", "always", set: { "redgale.shutdown.timeout.secs": 1 }) do |process, _book|
      process.wait_for(/was killed/)
      sleep 1
      process.signal("TERM")
    end

    expect(run.exitstatus).to eq(75)
    expect(run.notes(:init).size).to be_between(5, 30)
    expect(run.report["pending"]["count"]).to eq(20)
    expect(run).to add_up
  end
end
