# frozen_string_literal: true

require "support/process"

RSpec.describe SpecProcess do
  # A killed process that nobody has reaped yet still has an entry, in state Z.
  def alive?(pid)
    50.times do
      return false if File.read("/proc/#{pid}/stat").split[2] == "Z"

      sleep 0.02
    end
    true
  rescue Errno::ENOENT, Errno::ESRCH
    false
  end

  it "captures the exit status, stdout and stderr of a command" do
    result = described_class.run("sh", "-c", "echo out; echo err >&2; exit 3")

    expect(result).to have_attributes(exitstatus: 3, stdout: "out\n", stderr: "err\n", success?: false)
  end

  it "gives the command no stdin" do
    expect(described_class.run("cat")).to be_success
  end

  it "passes on environment and working directory" do
    result = described_class.run("sh", "-c", "echo $COLOUR; pwd", env: { "COLOUR" => "red" }, chdir: "/")

    expect(result.stdout).to eq("red\n/\n")
  end

  it "tells the signal that ended a process" do
    result = described_class.run("sh", "-c", "echo ready; sleep 60") do |process|
      process.wait_for(/ready/)
      process.signal("TERM")
    end

    expect(result).to have_attributes(exitstatus: nil, termsig: Signal.list["TERM"])
  end

  it "answers false to a signal sent too late" do
    described_class.run("true") do |process|
      process.wait
      expect(process.signal("TERM")).to be(false)
    end
  end

  it "kills a command and its children when the time is up, and shows what they printed" do
    process = nil
    expect do
      described_class.run("sh", "-c", "sleep 60 & echo child $!; sleep 60", timeout: 0.3) { |it| process = it }
    end.to raise_error(SpecProcess::Timeout, /did not end in 0.3 s.*child \d+/m)
    expect(alive?(process.stdout[/\d+/])).to be(false)
  end

  it "says so when the command ends without printing what was waited for" do
    expect do
      described_class.run("echo", "one") { |process| process.wait_for("two") }
    end.to raise_error(SpecProcess::Timeout, /ended without printing "two".*one/m)
  end

  it "returns bytes that are not UTF-8 as they are" do
    result = described_class.run("printf", '\377\n')

    expect(result.stdout.bytes).to eq([255, 10])
  end
end
