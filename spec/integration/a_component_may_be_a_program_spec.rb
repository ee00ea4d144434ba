# frozen_string_literal: true

require "support/accounting"

# Programs in Python that speak Storm's multilang protocol, between components in Ruby.
RSpec.describe "A component that is a program" do
  def finished(run)
    expect(run.exitstatus).to eq(0), run.to_s
    expect(run).to add_up
    expect(run.notes(:acked)).to match_array(1..20)
    run
  end

  it "gets every tuple, and what it emits is anchored" do
    run = finished(Accounting.run("shell.rb", "fine"))

    expect(run.report).to include("state" => "finished", "acked" => 20, "failed" => 0, "errors" => {})
    expect(run.report["components"]["step"]).to include("emitted" => 20, "executed" => 20, "acked" => 20)
    expect(run.notes(:started).uniq.size).to eq(2), "one process for each task"
    expect(run.stderr).not_to match(/ERROR|WARN/)
  end

  it "may be a spout, which owns its replay" do
    run = Accounting.run("shell.rb", "spout", arguments: %w[--timeout 30]) do |process, book|
      sleep 0.01 while process.running? && book.read(:acked).size < 20
      process.signal("TERM")
    end

    finished(run)
    expect(run.notes(:failed)).to match_array([4, 8, 12, 16, 20])
    expect(run.notes(:told)).to eq(%w[activate deactivate])
    expect(run.report).to include("state" => "drained", "acked" => 20, "failed" => 5, "emitted" => 25)
  end

  it "may be a spout whose pending tuples the report lists" do
    run = Accounting.run("shell.rb", "pending", arguments: %w[--timeout 0.5])

    expect(run.exitstatus).to eq(75), run.to_s
    expect(run.pending).to match_array(1..20)
    expect(run).to add_up
  end

  it "gets ticks if it wants them, and acks them" do
    run = Accounting.run("shell.rb", "ticks", set: { count: 1 }, arguments: %w[--timeout 5])

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:ticks)).to all(eq(0.05))
    expect(run.report["components"]["step"]).to include("executed" => 1, "acked" => 1)
  end

  it "may fail a tuple" do
    run = finished(Accounting.run("shell.rb", "refuses"))

    expect(run.notes(:tries).tally).to include(4 => 2, 5 => 1)
    expect(run.report).to include("failed" => 1)
  end

  it "may log, report errors and count" do
    run = finished(Accounting.run("shell.rb", "talks"))

    expect(run.stderr).to match(/WARN redgale: step: task 4 \(pid \d+\): a word of warning$/)
    expect(run.stderr).to match(/ERROR redgale: step: task 4 \(pid \d+\): it reports: a complaint$/)
    expect(run.report).to include("errors" => { "step" => 1 }, "counters" => { "step" => { "chosen" => 5 } })
  end

  it "gets and gives what JSON has; a value without JSON text fails its tuple by name" do
    run = Accounting.run("shell.rb", "values", json: false)

    expect(run.exitstatus).to eq(3), run.to_s
    expect(run.result.stdout.lines(chomp: true))
      .to match_array(['[5, "symbol"]', "[4, 1180591620717411303424]", '[3, "1970-01-01T00:00:00Z"]',
                       '[1, {"a"=>[nil, 1.5]}]', '[0, "é"]'])
    expect(run.stderr).to include("a tuple cannot be sent to it: a binary String of 1 bytes that are not UTF-8 has no")
  end

  it "is named when it is missing, and nothing is run" do
    run = Accounting.run("shell.rb", "missing", json: false)

    expect(run.exitstatus).to eq(1)
    expect(run.stderr).to match(/shell\.rb:\d+: `no-such-interpreter` of `split` cannot be started: it is not in PATH$/)
    expect(run.stderr).to include("nothing was run")
    expect(run.result.stdout).to be_empty
  end
end
