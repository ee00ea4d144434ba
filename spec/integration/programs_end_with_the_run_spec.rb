# frozen_string_literal: true

require "support/accounting"
require "support/topology_file"

# However the process ends, the programs that it started end, too.
RSpec.describe "The programs of a topology" do
  include TopologyFile

  def alive?(pid)
    !File.read("/proc/#{pid}/cmdline").empty?
  rescue SystemCallError
    false
  end

  def expect_end_of(pids)
    expect(pids).not_to be_empty
    deadline = Process.clock_gettime(Process::CLOCK_MONOTONIC) + 10
    sleep 0.01 while pids.any? { |pid| alive?(pid) } && Process.clock_gettime(Process::CLOCK_MONOTONIC) < deadline
    expect(pids.select { |pid| alive?(pid) }).to eq([])
  end

  def run_until_all_is_acked
    Accounting.run("shell.rb", "spout", arguments: %w[--timeout 30]) do |process, book|
      sleep 0.01 while process.running? && book.read(:acked).size < 20
      yield process
    end
  end

  def programs(pid)
    children = File.read("/proc/#{pid}/task/#{pid}/children").split
    Dir["/proc/#{pid}/task/*/children"].flat_map { |file| File.read(file).split }.map(&:to_i) | children.map(&:to_i)
  end

  it "survive Ctrl-C at the terminal until the topology has drained" do
    pids = nil
    run = run_until_all_is_acked do |process|
      pids = programs(process.pid)
      process.signal_group("INT")
    end

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.report).to include("state" => "drained", "acked" => 20, "errors" => hash_excluding("numbers"))
    expect(run.stderr).not_to include("it ended")
    expect_end_of(pids)
  end

  it "end when the process is killed" do
    pids = nil
    run = run_until_all_is_acked do |process|
      pids = programs(process.pid)
      process.signal("KILL")
    end

    expect(run.result.termsig).to eq(9)
    expect_end_of(pids)
  end

  it "end with a second signal, and at shutdown_timeout" do
    pids = nil
    run = Accounting.run("shell.rb", "pending", arguments: %w[--timeout 30]) do |process, book|
      sleep 0.01 while process.running? && book.read(:processed).size < 20
      pids = programs(process.pid)
      process.signal("TERM")
    end

    expect(run.exitstatus).to eq(75), run.to_s
    expect(run.pending).to match_array(1..20)
    expect_end_of(pids)
  end

  it "end with a second signal though a wrapper started them" do
    pids = nil
    result = local(<<~RUBY) do |process|
      class Never < Redgale::Spout
        output_fields :n
        on_send { nil }
      end

      class WrappedTopology < Redgale::Topology
        spout Never
        shell("sh", "-c", "sleep 1000; true", id: :wrapped) { source Never, :shuffle }
      end
    RUBY
      sleep 0.01 until (pids = programs(process.pid)).any? && (pids |= pids.flat_map { |pid| programs(pid) }).size > 1
      process.signal("INT")
      sleep 0.4
      process.signal("INT")
    end

    expect(result.exitstatus).to eq(130), result.to_s
    expect_end_of(pids)
  end
end
