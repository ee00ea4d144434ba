# frozen_string_literal: true

require "support/accounting"

# A program in Python misbehaves when it gets id 4 for the first time. Its tuples fail at once, it is started again, and
# everything else goes on.
RSpec.describe "A program that misbehaves" do
  def survived(topology)
    run = Accounting.run("shell.rb", topology)
    expect(run.exitstatus).to eq(0), run.to_s
    expect(run).to add_up
    expect(run.notes(:acked)).to match_array(1..20)
    expect(run.report["components"]["other"]).to include("failed" => 0)
    run
  end

  { "exits" => "it ended (exit status 3; the last of its stderr:\n    no way on)",
    "killed" => "it ended (signal 9)",
    "hangs" => "it gave no sign of life for 1 s (topology.subprocess.timeout.secs) (it was killed)",
    "garbage" => "(byte 0: an object is needed here); it sent: this is for a person",
    "unknown_id" => "it has no tuple with id `12345678901234567890`; it sent: {\"command\": \"ack\"" }
    .each do |topology, words|
    it "is started again: #{topology}" do
      run = survived(topology)

      expect(run.notes(:started).size).to eq(2)
      expect(run.report["errors"]).to eq("step" => 1)
      expect(run.report["components"]["step"]["failed"]).to eq(run.report["failed"])
      expect(run.report["failed"]).to be_positive
      expect(run.stderr).to match(/ERROR redgale: step: task 4 \(pid #{run.notes(:started).first}\): /)
      expect(run.stderr).to include(words)
      expect(run.stderr).to include("its tuples fail, it is started again in 0.1 s")
    end
  end

  it "is started again if it never answers heartbeats" do
    run = Accounting.run("shell.rb", "deaf", arguments: %w[--timeout 4])

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run).to add_up
    expect(run.notes(:started).size).to be >= 2
    expect(run.report).to include("acked" => 20, "failed" => 0)
    expect(run.stderr).to include("it gave no sign of life for 0.5 s")
  end

  it "goes on after an unknown command, which is an error" do
    run = survived("unknown_command")

    expect(run.notes(:started).size).to eq(1)
    expect(run.report).to include("failed" => 0, "errors" => { "step" => 1 })
    expect(run.stderr).to include("it sent the unknown command `dance`: {\"command\": \"dance\"}")
  end

  it "may flood stderr: lines are left out, and counted" do
    run = survived("floods")
    logged = run.stderr.scan(/: line \d+$/).size
    left_out = run.stderr.scan(/(\d+) lines of its stderr were not logged/).flatten.sum(&:to_i)

    expect(run.report).to include("failed" => 0, "errors" => {})
    expect(logged).to be_between(100, 10_000)
    expect(logged + left_out).to eq(100_000)
  end

  it "may write lines of 10 MB" do
    run = survived("long_lines")

    expect(run.report).to include("failed" => 0, "errors" => {})
    expect(run.stderr.lines.map(&:size).max).to be < 5_000
  end
end
