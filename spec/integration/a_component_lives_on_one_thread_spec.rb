# frozen_string_literal: true

require "support/accounting"

# The order of callbacks, ticks, and what stays valid from one call to the next.
RSpec.describe "A component" do
  calls = %w[on_init on_activate on_send on_deactivate on_close]

  it "is told of its life in order when the topology finishes" do
    run = Accounting.run("lives.rb", "from_first_to_last", set: { finish: true })

    expect(run.exitstatus).to eq(0)
    expect(run.notes(:spout)).to eq(calls)
    expect(run.notes(:bolt)).to eq(%w[on_init on_receive on_close])
    expect(run).to add_up
  end

  it "is told of its life in order when the topology drains" do
    run = Accounting.run("lives.rb", "from_first_to_last", set: { finish: false }) do |process, book|
      sleep 0.02 until book.read(:acked).size == 20 || !process.running?
      process.signal("INT")
    end

    expect(run.exitstatus).to eq(0)
    expect(run.report["state"]).to eq("drained")
    expect(run.notes(:spout)).to eq(calls)
    expect(run.notes(:bolt)).to eq(%w[on_init on_receive on_close])
    expect(run).to add_up
  end

  it "gets ticks, as a spout and as a bolt, also while nothing comes" do
    run = Accounting.run("lives.rb", "ticking")
    pauses = run.notes(:tick).each_cons(2).map { |before, after| after - before }

    expect(run.exitstatus).to eq(0)
    expect(run.notes(:spout_tick).size).to be_between(3, 14)
    expect(run.notes(:tick).size).to be_between(3, 14)
    expect(pauses.sum / pauses.size).to be >= 0.045
    expect(run).to add_up
  end

  it "may emit in on_tick, unanchored; what on_tick returns is ignored" do
    run = Accounting.run("lives.rb", "ticking", set: { emit: true })

    expect(run.exitstatus).to eq(0)
    # a tick in the last moment may find the topology closed
    expect(run.notes(:processed).count(0)).to be_within(1).of(run.notes(:tick).size)
    expect(run.report).to include("acked" => 20, "emitted" => 20)
    expect(run).to add_up
  end

  it "keeps fibers, enumerators, locks and thread-locals from call to call" do
    run = Accounting.run("lives.rb", "keeping_things")

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:wrong)).to eq([])
    expect(run.notes(:acked)).to match_array(1..200)
    expect(run).to add_up
  end
end
