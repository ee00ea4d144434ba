# frozen_string_literal: true

require "support/accounting"

# User code that never lets go. TERM drains; at shutdown_timeout the process ends with 75, whoever holds the
# VM lock; a second signal ends it at once with 128 + its number.
RSpec.describe "A process whose user code never lets go" do
  def stuck(topology, way, &block)
    Accounting.run("stuck.rb", topology, set: { way: way }, timeout: 20) do |process, book|
      process.wait_for(/stuck/)
      sleep 0.1
      block.call(process, book)
    end
  end

  { "a loop" => %w[bolt spout], "a loop that rescues everything" => %w[bolt], "an ensure that loops" => %w[bolt],
    "a C call that holds the lock" => %w[bolt spout], "a sleep" => %w[bolt spout] }.each do |way, topologies|
    topologies.each do |topology|
      it "ends with 75 at the deadline after TERM: #{way} in #{topology}" do
        run = stuck(topology, way) { |process, _book| process.signal("TERM") }

        expect(run.exitstatus).to eq(75), run.to_s
        expect(run.result.seconds).to be_between(1, 8)
        expect(run.notes(:acked)).not_to include(5)
        expect(run.report).to include("state" => "timed_out", "exit_code" => 75) unless way.include?("C call")
        expect(run.stderr).to match(/still busy at the end\n.*stuck.rb/).or match(/shutdown_timeout has passed: \d/)
        expect(run).to add_up
      end
    end
  end

  it "ends at once with 143 by a second TERM, with 130 by a second INT" do
    { "TERM" => 143, "INT" => 130 }.each do |signal, code|
      run = stuck("bolt", "a C call that holds the lock") do |process, _book|
        process.signal("TERM")
        sleep 0.4
        process.signal(signal)
      end

      expect(run.exitstatus).to eq(code), run.to_s
      expect(run.stderr).to match(/ended by a second signal: \d+ acked, 0 failed, 0 given up, \d+ pending/)
      expect(run).to add_up
    end
  end

  it "goes on with the others while it loops" do
    run = stuck("bolt", "a loop") do |process, book|
      sleep 0.02 until book.read(:acked).size == 4 || !process.running?
      process.signal("TERM")
    end

    expect(run.exitstatus).to eq(75)
    expect(run.notes(:acked)).to contain_exactly(1, 2, 3, 4)
    expect(run).to add_up
  end

  it "ends with 75 when on_close never returns" do
    run = Accounting.run("stuck.rb", "on_close", set: { way: "a loop that rescues everything" }) do |process, _book|
      process.wait_for(/stuck/)
      sleep 0.5
      process.signal("TERM")
    end

    expect(run.exitstatus).to eq(75), run.to_s
    expect(run.notes(:acked)).to match_array(1..20)
    expect(run).to add_up
  end

  it "ends by TERM in on_init: nothing was emitted, so it need not drain" do
    ["a loop", "a loop that rescues everything", "a sleep"].each do |way|
      run = stuck("on_init", way) { |process, _book| process.signal("TERM") }

      expect(run.exitstatus).to eq(0), run.to_s
      expect(run.report).to include("state" => "drained", "emitted" => 0)
    end
  end

  it "ends with 75 by TERM in an on_init that holds the lock" do
    run = stuck("on_init", "a C call that holds the lock") { |process, _book| process.signal("TERM") }

    expect(run.exitstatus).to eq(75)
  end

  it "waits for a slow on_close when the topology has finished" do
    run = Accounting.run("stuck.rb", "slow_to_close", set: { seconds: 1.5 })

    expect(run.exitstatus).to eq(0)
    expect(run.notes(:closed).size).to eq(1)
    expect(run).to add_up
  end

  it "waits for a slow on_close after TERM, up to shutdown_timeout" do
    { 1 => [0, 1], 20 => [75, 0] }.each do |seconds, (code, closed)|
      run = Accounting.run("stuck.rb", "slow_to_close_after_term", set: { seconds: seconds }) do |process, book|
        sleep 0.02 until book.read(:acked).size == 20 || !process.running?
        process.signal("TERM")
      end

      expect(run.exitstatus).to eq(code), run.to_s
      expect(run.notes(:closed).size).to eq(closed)
      expect(run).to add_up
    end
  end

  it "ends with 75 if a spout waits for its source in on_send: it does not learn of acks there" do
    run = Accounting.run("stuck.rb", "waiting") do |process, _book|
      process.wait_for(/waiting/)
      process.signal("TERM")
    end

    expect(run.exitstatus).to eq(75), run.to_s
    expect(run.notes(:processed)).to match_array(1..20)
    expect(run.report).to include("state" => "timed_out")
    expect(run.stderr).to match(/still busy at the end\n.*stuck.rb/)
    expect(run).to add_up
  end
end
