# frozen_string_literal: true

require "support/accounting"

# Whatever a handler raises fails the tuple it was called with; on_error is told; the worker goes on; the engine replays
# the tuple after a back-off until it is acked.
RSpec.describe "A bolt whose handler fails" do
  fours = [4, 8, 12, 16, 20]

  { "an exception that is not a StandardError" => %w[raises_exception Errors::CustomError],
    "a ScriptError" => %w[raises_script_error NotImplementedError],
    "a throw that nobody catches" => %w[throws UncaughtThrowError],
    "a break out of nothing" => %w[breaks LocalJumpError],
    "a stack overflow" => %w[stack_overflow SystemStackError] }.each do |what, (topology, error)|
    it "recovers from #{what}" do
      run = Accounting.run("errors.rb", topology)

      expect(run.exitstatus).to eq(0), run.to_s
      expect(run.notes(:told)).to match_array(fours.map { |id| [error, id] })
      expect(run.notes(:acked)).to match_array(1..20)
      expect(run.notes(:init).size).to eq(1)
      expect(run.report).to include("state" => "finished", "acked" => 20, "failed" => 5, "emitted" => 25)
      expect(run.report["errors"].values).to eq([5])
      expect(run.stderr).to include(error)
      expect(run).to add_up
    end
  end

  it "gets the tuple again, each time after a longer back-off, until it is acked" do
    run = Accounting.run("errors.rb", "flaky")
    tries = run.notes(:tried).group_by(&:first).transform_values { |notes| notes.map(&:last) }

    expect(run.exitstatus).to eq(0)
    expect(tries.keys).to match_array(fours)
    tries.each_value do |times|
      expect(times.size).to eq(3)
      expect(times[1] - times[0]).to be >= 0.1
      expect(times[2] - times[1]).to be >= 0.2
    end
    expect(run.report).to include("acked" => 20, "failed" => 10, "emitted" => 30)
    expect(run.notes(:told).tally).to eq(fours.to_h { |id| [["ArgumentError", id], 2] })
    expect(run.stderr).to match(/ArgumentError: try 1 of 4\n +\S*errors\.rb:\d+/)
    expect(run).to add_up
  end

  it "goes on when on_error raises, and both errors are logged" do
    run = Accounting.run("errors.rb", "error_handler_raises")

    expect(run.exitstatus).to eq(0)
    expect(run.report).to include("acked" => 20, "failed" => 5, "errors" => { "worse_bolt" => 10 })
    expect(run.stderr).to include("RuntimeError: worse", "RuntimeError: bad")
    expect(run).to add_up
  end

  it "may emit a string of 1 GB" do
    run = Accounting.run("errors.rb", "huge")

    expect(run.exitstatus).to eq(0)
    expect(run.notes(:size)).to eq([1 << 30])
    expect(run.report).to include("acked" => 20, "failed" => 0)
    expect(run).to add_up
  end

  it "recovers from having no memory for it" do
    run = Accounting.run("errors.rb", "huge", set: { address_space: 900_000_000 })

    expect(run.exitstatus).to eq(0)
    expect(run.notes(:told)).to eq(["NoMemoryError"])
    expect(run.notes(:size)).to eq([1 << 30])
    expect(run.report).to include("acked" => 20, "failed" => 1)
    expect(run).to add_up
  end
end
