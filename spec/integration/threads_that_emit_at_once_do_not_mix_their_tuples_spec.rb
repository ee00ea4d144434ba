# frozen_string_literal: true

require "support/accounting"

# Several threads of a spout emit at the same time, and Ruby changes threads wherever it can: each tuple arrives whole,
# where it belongs, and its tree is told apart from the others.
RSpec.describe "Tuples that several threads emit" do
  def run_of(topology, *arguments, **options)
    Accounting.run("threaded.rb", topology, arguments: arguments, **options)
  end

  # All that was emitted was acked; no try failed.
  def expect_all_acked(run, count)
    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.report).to include("state" => "finished", "emitted" => count, "acked" => count, "failed" => 0)
    expect(run.report["errors"]).to eq({})
  end

  it "go to the tasks that each of two custom groupings chose for them" do
    run = run_of("two_groupings")

    expect_all_acked(run, 1200)
    expect(run.notes(:wrong)).to eq([])
  end

  it "stay whole with --strict" do
    run = run_of("strict", "--strict")

    expect_all_acked(run, 15_000)
    expect(run.notes(:wrong)).to eq([])
  end

  it "go to one task for each key, though the keys are Hashes and Times" do
    run = run_of("same_key")
    tasks = run.notes(:at).group_by { |component, number, _| [component, number] }

    expect_all_acked(run, 32_000)
    expect(tasks.size).to eq(48)
    expect(tasks.values).to all(have_attributes(size: 1))
  end

  it "leave nothing pending for ever when such a thread is killed" do
    run = run_of("killed_emits", timeout: 30)

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.report).to include("state" => "finished", "failed" => 0, "pending" => include("count" => 0))
    expect(run.report["acked"]).to be >= 400
  end

  it "are not taken for ever while the topology drains: the threads get ClosedError" do
    run = run_of("never_stops", "--timeout", "0.5", timeout: 30)

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.report).to include("state" => "drained", "pending" => include("count" => 0))
    expect(run.report["acked"]).to eq(run.report["emitted"])
    expect(run.notes(:ended_by)).to eq(["Redgale::ClosedError"] * 2)
  end
end
