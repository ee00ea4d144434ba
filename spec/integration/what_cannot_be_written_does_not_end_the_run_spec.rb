# frozen_string_literal: true

require "support/accounting"

# Progress, log lines and the report go where nobody may be: a full disk, a closed pipe, a descriptor that was closed.
# The run goes on to its ordinary end all the same.
RSpec.describe "A run whose output cannot be written" do
  # Long enough for a plain line (every 2 s) or a JSON line (every second).
  def run(shell, topology = "endless", json: true)
    Accounting.run("unwritable.rb", topology, shell: shell, json: json, timeout: 30,
                                              arguments: ["--timeout", json ? "1.2" : "2.2"])
  end

  def expect_ordinary_end(run)
    close, acked, emitted, told = %i[close acked emitted told].map { |what| run.notes(what) }

    expect([run.exitstatus, close.size]).to eq([0, 1]), run.to_s
    expect(acked.size).to be >= 50
    expect(acked).to match_array(emitted) # it drained, so that nothing is pending
    expect(told.size).to be >= 10 # each of them was logged, or would have been
    expect(run).to add_up
  end

  { "stderr is full" => '"$@" 2>/dev/full', "stderr is closed" => '"$@" 2>&-',
    "stderr is a pipe that nobody reads" => '"$@" 2> >(true)' }.each do |what, shell|
    it "drains, closes and exits as ever: #{what}" do
      expect_ordinary_end(run(shell, json: false))
    end
  end

  it "drains, closes and exits as ever: stdout is a pipe whose reader is gone, with --json" do
    run = run('"$@" | head -1')

    expect_ordinary_end(run)
    expect(run.result.stdout.lines).to contain_exactly(start_with('{"event":"progress"'))
    expect(run.stderr).to include("the report could not be written: Errno::EPIPE")
  end

  it "drains, closes and exits as ever: stdout is full, with --json" do
    expect_ordinary_end(run('"$@" >/dev/full'))
  end

  it "writes the report to stdout though logs cannot be written" do
    run = run('"$@" 2>/dev/full')

    expect_ordinary_end(run)
    expect(run.report["errors"]["raises"]).to be >= 10
  end

  it "keeps the exit code of a run that went wrong" do
    run = run('"$@" 2>/dev/full >/dev/full', "gives_up")

    expect(run.exitstatus).to eq(3)
    expect(run.notes(:given_up)).to contain_exactly(5, 10, 15, 20)
    expect(run).to add_up
  end

  it "keeps the exit code of what was not run" do
    result = SpecProcess.run("bash", "-c", '"$@" 2>/dev/full', "bash", RbConfig.ruby, "exe/redgale", "local", "no.rb")

    expect(result.exitstatus).to eq(1)
  end
end
