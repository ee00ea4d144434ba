# frozen_string_literal: true

require "socket"
require "tempfile"
require "tmpdir"
require "support/example_run"
require "support/ontweet"
require "support/terminal"

# bin/ontweet starts the server and the topology; in a terminal it draws a table over itself.
RSpec.describe "bin/ontweet" do
  ontweet = [RbConfig.ruby, ExampleRun.path("ontweet/bin/ontweet")]
  finite = %w[--tweets 120 --rate 60 --stall 0]

  # Port of the server that the topology says it reads from.
  def port_in(stderr) = Integer(stderr[%r{http://127\.0\.0\.1:(\d+)/stream}, 1], 10)

  def expect_to_be_gone(port)
    200.times do
      TCPSocket.new("127.0.0.1", port).close
      sleep 0.05
    rescue Errno::ECONNREFUSED
      return
    end
    raise "the server still listens"
  end

  [[24, 100], [14, 60], [12, 35]].each do |height, width|
    it "draws a table over itself that fits into #{height} lines of #{width} columns" do
      result = Terminal.run(*ontweet, *finite, size: [height, width])
      lines = result.pictures.flat_map(&:lines)

      expect(result.exitstatus).to eq(0), result.inspect
      expect(result.pictures.size).to be >= 2
      expect(result.shown.scan(/\e\[(\d+)A/).flatten.map(&:to_i)).to eq(result.pictures[0..-2].map { |p| p.lines.size })
      expect(result.pictures.map { |picture| picture.lines.size }.max).to be < height
      expect(lines.map { |line| Ontweet::TextWidth.of(line.chomp) }.max).to be < width
      expect(result.pictures.last).to match(/received 120 .*#storm +\d+.*@ann +\d+/m)
    end
  end

  it "prints plain lines, and the table at the end, where stdout is no terminal" do
    result = SpecProcess.run(*ontweet, *finite, "--", "--log", "warn")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).not_to include("\e")
    expect(result.stdout.lines.first).to match(/\Areceived \d+  duplicates \d+  invalid JSON \d+  reconnects \d+/)
    expect(result.stdout).to match(/^received 120   .*^hashtags of the last 60 s +users of the last 60 s$/m)
  end

  it "keeps stderr out of the table: it goes to ontweet.log if both are the terminal" do
    Dir.mktmpdir do |folder|
      result = Terminal.run(*ontweet, *finite, both: true, chdir: folder)

      expect(result.exitstatus).to eq(0), result.inspect
      expect(result.shown).not_to include("INFO", "tuples acked")
      expect(File.read(File.join(folder, "ontweet.log"))).to include("INFO redgale: tweet_spout: connected")
    end
  end

  it "drains at Ctrl-C and takes its server along" do
    result = SpecProcess.run(*ontweet, timeout: 20) do |process|
      process.wait_for(/received \d\d/)
      process.signal_group("INT")
    end

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stderr).to include("drained")
    expect_to_be_gone(port_in(result.stderr))
  end

  it "takes its server along when it is killed" do
    port = nil
    result = SpecProcess.run(*ontweet) do |process|
      process.wait_for(/connected/)
      port = port_in(process.stderr)
      process.signal("KILL")
    end

    expect(result.termsig).to eq(9)
    expect_to_be_gone(port)
  end

  it "ends with 2 and says why when the server does not understand an option" do
    result = SpecProcess.run(*ontweet, "--drops", "3")

    expect(result.exitstatus).to eq(2), result.to_s
    expect(result.stderr).to include("server.rb: invalid option: --drops")
  end

  it "shows the options of the server" do
    result = SpecProcess.run(*ontweet, "--help")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to include(*%w[--stall --drop --half --duplicate --invalid --refuse --seed --rate --tweets])
  end
end
