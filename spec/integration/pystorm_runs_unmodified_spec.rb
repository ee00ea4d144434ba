# frozen_string_literal: true

require "support/accounting"

# pystorm 3.1.4 as it comes from PyPI; bin/setup puts it into target/python.
RSpec.describe "A program that uses pystorm" do
  before(:context) do
    folder = File.join(SpecProcess::ROOT, "target/python/pystorm")
    raise "#{folder} is missing: run bin/setup, which installs it" unless File.directory?(folder)
  end

  def counted(run)
    run.result.stdout.lines.grep(/\A\[\[/).flat_map { |line| JSON.parse(line) }.to_h
  end

  words = { "the" => 1000, "and" => 500, "wind" => 500, "rain" => 500 }

  { "at its defaults" => "split", "that waits for task ids" => "ids",
    "that collects batches between ticks" => "batches" }.each do |what, topology|
    it "may be a bolt #{what}" do
      run = Accounting.run("pystorm.rb", topology, json: false)

      expect(run.exitstatus).to eq(0), run.to_s
      expect(run.notes(:acked)).to match_array(1..500)
      expect(run.notes(:given_up)).to eq([])
      expect(counted(run)).to eq(words)
      expect(run.stderr).not_to match(/ERROR|WARN/)
    end
  end

  it "reports what it raises; its tuple fails, and it is started again" do
    run = Accounting.run("pystorm.rb", "raises", json: false)

    expect(run.exitstatus).to eq(3), run.to_s
    expect(run.result.stdout).to include("given up bad\n", '[["a", 40], ["b", 40]]')
    expect(run.stderr).to include("it reports: Python ValueError raised while processing Tuple")
    expect(run.stderr).to include("it ended (exit status 1); its tuples fail, it is started again in 0.1 s")
  end

  it "may be a spout that replays by itself" do
    run = Accounting.run("pystorm.rb", "spout", arguments: %w[--timeout 30]) do |process, book|
      sleep 0.01 while process.running? && book.read(:processed).size < 100
      sleep 0.3 # the last acks
      process.signal("TERM")
    end

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:processed)).to match_array(1..100)
    expect(run.report).to include("state" => "drained", "emitted" => 125, "acked" => 100, "failed" => 25)
    expect(run.stderr).to include("pystorm.component.numbers - activated")
  end
end
