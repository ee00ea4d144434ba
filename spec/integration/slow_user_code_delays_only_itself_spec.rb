# frozen_string_literal: true

require "support/accounting"

# A handler, source or tick that takes its time: timeouts count from the emit, what was emitted by hand is on its way,
# and other executors go on.
RSpec.describe "User code that takes its time" do
  def run_of(topology, *arguments)
    Accounting.run("timely.rb", topology, arguments: arguments, timeout: 30)
  end

  it "does not shorten message_timeout of what on_send returns after a long silence" do
    run = run_of("silent_source")

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.report).to include("acked" => 150, "failed" => 0)
    expect(run).to add_up
  end

  %w[hand_emits bolt_emits].each do |topology|
    it "does not hold back what it has emitted by hand: #{topology}" do
      run = run_of(topology)

      expect(run.exitstatus).to eq(0), run.to_s
      expect(run.notes(:arrived)).to eq([true] * 4)
    end
  end

  it "may give a replay to nobody: the timers of other tuples still run" do
    run = run_of("replay_to_nobody")
    tenths, others = (1..400).partition { |id| (id % 10).zero? }

    expect(run.exitstatus).to eq(3), run.to_s
    expect(run.notes(:acked)).to match_array(tenths)
    expect(run.notes(:given_up)).to match_array(others)
    expect(run).to add_up
  end

  it "does not stop other executors while it computes in on_tick" do
    run = run_of("tick_beside", "--timeout", "0.5")

    expect(run.notes(:meanwhile)).to contain_exactly(be >= 200), run.to_s
  end

  it "is measured, however late a tuple is acked" do
    run = run_of("latencies")
    samples = %w[later batches].to_h do |id|
      [id, run.report["components"][id]["latency_us"]["process"]["samples"]]
    end

    expect(run.exitstatus).to eq(0), run.to_s
    expect(samples).to match("later" => be_between(45, 55), "batches" => be_between(10, 1000))
  end
end
