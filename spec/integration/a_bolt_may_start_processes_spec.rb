# frozen_string_literal: true

require "support/accounting"

# spawn, backticks, system and fork work in user code. In a forked child the topology does not exist: emit, ack and fail
# raise, and a child whose handler returns ends by itself, without the rest of the batch.
RSpec.describe "A process started in a bolt" do
  fours = [4, 8, 12, 16, 20]

  def expect_ordinary_end(run)
    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:acked)).to match_array(1..20)
    expect(run.report).to include("state" => "finished", "acked" => 20, "failed" => 0, "emitted" => 20)
    expect(run).to add_up
  end

  def processes(run) = run.notes(:ran).map(&:last).uniq

  it "runs: spawn, backticks, system, popen, fork with a block" do
    run = Accounting.run("forks.rb", "children")

    expect_ordinary_end(run)
    expect(run.notes(:spawn)).to eq([3] * 5)
    expect(run.notes(:fork)).to eq([4] * 5)
    expect(run.notes(:system)).to eq([true] * 5)
    expect(run.notes(:backticks)).to match_array(fours)
    expect(run.notes(:popen)).to match_array(fours)
  end

  it "cannot emit, ack or fail if it was forked" do
    run = Accounting.run("forks.rb", "engine_in_child")

    expect_ordinary_end(run)
    expect(run.notes(:raised)).to eq(["Redgale::ForkError"] * 15)
    expect(run.notes(:status)).to eq([0] * 5)
  end

  { "returning" => "on_receive", "returning_values" => "on_values", "returning_batch" => "on_batch",
    "returning_from_on_send" => "on_send" }.each do |topology, handler|
    it "ends by itself when it returns from #{handler}" do
      run = Accounting.run("forks.rb", topology)

      expect_ordinary_end(run)
      expect(run.notes(:status)).not_to be_empty
      expect(run.notes(:status)).to all(eq(0))
      expect(processes(run).size).to eq(1) # no child went on to another tuple
    end
  end

  it "has flushed what it printed" do
    run = Accounting.run("forks.rb", "returning")

    expect(run.stderr.scan(/^child of (\d+)$/).flatten.map(&:to_i)).to eq(fours)
  end

  %w[on_init on_tick on_activate on_close].each do |callback|
    it "ends by itself when it returns from #{callback}" do
      run = Accounting.run("forks.rb", "returning_from_#{callback}")

      expect_ordinary_end(run)
      expect(run.notes(:status)).to eq([0])
      expect(run.stderr.scan("child").size).to eq(1)
    end
  end

  it "ends by itself when it returns from on_error" do
    run = Accounting.run("forks.rb", "returning_from_on_error")

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.report).to include("state" => "finished", "acked" => 20, "failed" => 5)
    expect(run.notes(:status)).to eq([0] * 5)
    expect(processes(run).size).to eq(1)
    expect(run).to add_up
  end

  it "ends with 1 when it returns from a custom grouping: the emit that asked it is refused" do
    run = Accounting.run("forks.rb", "returning_from_grouping")

    expect_ordinary_end(run)
    expect(run.notes(:status)).to eq([1] * 5)
    expect(run.stderr.scan("(Redgale::ForkError)").size).to eq(5)
    expect(processes(run).size).to eq(1)
  end

  it "ends with 1 and its error on stderr if its handler raises" do
    run = Accounting.run("forks.rb", "raising")

    expect_ordinary_end(run)
    expect(run.notes(:status)).to eq([1] * 5)
    expect(processes(run).size).to eq(1)
    expect(run.stderr.scan("in the child (RuntimeError)").size).to eq(5)
  end

  it "ends with the status it gives to exit" do
    run = Accounting.run("forks.rb", "exiting")

    expect_ordinary_end(run)
    expect(run.notes(:status)).to eq([5] * 5)
  end

  it "may run a topology of its own" do
    run = Accounting.run("forks.rb", "nested")

    expect_ordinary_end(run)
    expect(run.notes(:status)).to eq([3])
  end

  it "does not keep the topology from ending" do
    run = Accounting.run("forks.rb", "leaving", timeout: 20)

    expect_ordinary_end(run)
  end
end
