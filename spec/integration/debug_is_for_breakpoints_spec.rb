# frozen_string_literal: true

require "json"
require "support/topology_file"

# --debug: one may stop in binding.irb for as long as one likes, and nothing is written where one types.
RSpec.describe "redgale local --debug" do
  include TopologyFile

  text = <<~RUBY
    require_relative "parts"
    class Wait < Redgale::Bolt
      on_receive do |tuple|
        puts "got \#{tuple[:n]}"
        sleep 0.6 if tuple[:n] == 2 && (@twos = @twos.to_i + 1) == 1
      end
    end
    class Waiting < Redgale::Topology
      spout Numbers
      bolt(Wait) { source Numbers, :global }
      configure do
        message_timeout_secs 0.2
        retry_backoff_min 0.01
      end
    end
  RUBY

  # What a terminal would get that is stdin, stdout and stderr of the process.
  def on_a_terminal(text, *arguments, input: "")
    # IRB's line editor would ask the terminal where the cursor is
    irbrc = "IRB.conf.update(USE_MULTILINE: false, USE_SINGLELINE: false, SAVE_HISTORY: nil)"
    in_folder("topology.rb" => text, "input" => input, "irbrc" => irbrc) do |folder|
      exe = File.join(SpecProcess::ROOT, "exe/redgale")
      command = [RbConfig.ruby, exe, "local", "topology.rb", *arguments].map { |word| "'#{word}'" }.join(" ")
      SpecProcess.run("bash", "-c", "(sleep 1; cat input; sleep 1) | script -qec \"$0\" /dev/null", command,
                      chdir: folder, timeout: 30, env: { "TERM" => "dumb", "IRBRC" => File.join(folder, "irbrc") })
    end
  end

  it "suspends message timeouts: what a breakpoint holds up is not replayed" do
    without = local(text, "--json")
    with = local(text, "--json", "--debug")

    expect(JSON.parse(without.stdout.lines.last)["failed"]).to be >= 1
    expect(JSON.parse(with.stdout.lines.last)).to include("failed" => 0, "acked" => 3, "exit_code" => 0)
    expect(with.stderr.scan(/got \d/)).to eq(["got 1", "got 2", "got 3"])
  end

  it "draws no progress on a terminal until the report" do
    without = on_a_terminal(text)
    with = on_a_terminal(text, "--debug")

    expect(without.stdout).to match(/\e\[K.* acked .* pending/)
    expect(with.stdout).not_to match(/\e\[K| acked +\d/)
    expect(with.stdout).to match(/waiting finished after/)
    expect(with.exitstatus).to eq(0)
  end

  it "lets one type at binding.irb" do
    result = on_a_terminal(text.sub("sleep 0.6 if", "binding.irb if"), "--debug", input: "tuple[:n] + 40\nexit\n")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to match(/^=> 42/)
    expect(result.stdout).to match(/got 3/)
    expect(result.stdout).not_to match(/ pending  /)
  end
end
