# frozen_string_literal: true

require "support/accounting"

# 280 tuples with 7 keys to 4 tasks in 2 executors, one grouping after the other; named streams; order; many tasks.
RSpec.describe "A tuple" do
  def run_of(topology)
    Accounting.run("routes.rb", topology).tap { |run| expect(run.exitstatus).to eq(0), run.to_s }
  end

  def tasks_of(run) = run.notes(:task).sort

  # Id => tasks that got it.
  def destinations(run) = run.notes(:at).group_by(&:first).transform_values { |notes| notes.map { |note| note[1] } }

  # Key => tasks that got a tuple with it.
  def tasks_by_key(run)
    run.notes(:at).group_by { |id, *| id % 7 }.transform_values { |notes| notes.map { |note| note[1] }.uniq }
  end

  %w[shuffle local_or_shuffle none].each do |grouping|
    it "comes to one task, about as many to each: #{grouping}" do
      run = run_of(grouping)

      expect(destinations(run).values).to all(have_attributes(size: 1))
      expect(destinations(run).values.flatten.tally.values_at(*tasks_of(run))).to all(be_between(35, 140))
      expect(run).to add_up
    end
  end

  it "comes to the task with the lowest id: global" do
    run = run_of("global")

    expect(destinations(run).values.uniq).to eq([[tasks_of(run).first]])
    expect(run).to add_up
  end

  it "comes to all tasks: all" do
    run = run_of("all")

    expect(destinations(run).values.map(&:sort).uniq).to eq([tasks_of(run)])
    expect(run).to add_up
  end

  it "comes to the same task as others with its key: fields" do
    run = run_of("fields")

    expect(tasks_by_key(run).values).to all(have_attributes(size: 1))
    expect(tasks_by_key(run).values.flatten.uniq.size).to be > 1
    expect(tasks_by_key(run_of("fields")).transform_values(&:size)).to eq(tasks_by_key(run).transform_values(&:size))
    expect(run).to add_up
  end

  it "comes to one of two tasks that its key has: partial_key" do
    run = run_of("partial_key")

    expect(destinations(run).values).to all(have_attributes(size: 1))
    expect(tasks_by_key(run).values.map(&:size).max).to eq(2)
    expect(run).to add_up
  end

  it "comes to the tasks that a custom grouping chooses, and is acked if it chooses none" do
    run = run_of("custom")
    odd = (1..280).select(&:odd?)

    expect(destinations(run)).to eq(odd.to_h { |id| [id, tasks_of(run).first(2)] })
    expect(run.notes(:acked)).to match_array(1..280)
    expect(run.report["pending"]["count"]).to eq(0)
  end

  it "comes by its stream; to the task it names, if the stream is direct" do
    run = run_of("streams")
    streams = run.notes(:at).group_by(&:last)
    tasks = tasks_of(run)

    expect(streams.transform_values { |notes| notes.map(&:first).sort }).to eq(
      "default" => (1..120).select { |id| id % 3 == 0 }, "even" => (1..120).select { |id| id % 3 == 1 },
      "other" => (1..120).select { |id| id % 3 == 2 }
    )
    expect(streams["even"].map { |note| note[1] }.uniq).to eq([tasks.first])
    expect(streams["other"].map { |note| note[1] }).to eq(streams["other"].map { |id, *| tasks[id % 4] })
    expect(run).to add_up
  end

  it "arrives in emit order between two tasks, returned or emitted by hand" do
    run = run_of("order")

    expect(run.notes(:disorder)).to eq([])
    expect(run.notes(:processed).size).to eq(6000)
    expect(run).to add_up
  end

  it "finds its task among 1,000 in 4 executors" do
    run = run_of("many_tasks")

    expect(tasks_of(run).size).to eq(1000)
    expect(run.notes(:at).map { |note| note[1] }.uniq.size).to be > 950
    expect(run.notes(:acked).size).to eq(10_000)
    expect(run).to add_up
  end

  it "is emitted until each task of its spout has finished" do
    run = run_of("many_finish")

    expect(run.notes(:acked).map { |id| id / 1_000_000 }.tally.map { |task, count| count / task }).to eq([10] * 5)
    expect(run).to add_up
  end

  it "is not tracked with reliable: false: it is not replayed, and no callback hears of it" do
    run = run_of("untracked")

    expect(run.notes(:processed)).to match_array(1..20)
    expect(run.notes(:acked) + run.notes(:failed)).to eq([])
    expect(run.report).to include("acked" => 0, "failed" => 0, "pending" => include("count" => 0))
  end

  it "is acked at once if it has an id and acker_executors is 0" do
    run = run_of("tracking_off")

    expect(run.notes(:acked)).to eq((1..20).to_a)
    expect(run.notes(:processed)).to match_array(1..20)
    expect(run.report["errors"]).to eq("raising" => 20)
    expect(run).to add_up
  end

  it "is acked at once if nobody reads its stream" do
    run = run_of("no_reader")

    expect(run.notes(:acked)).to eq((1..20).to_a)
    expect(run.notes(:processed)).to eq([])
  end
end
