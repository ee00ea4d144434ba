# frozen_string_literal: true

require "json"
require "support/topology_file"

RSpec.describe "redgale local --json" do
  include TopologyFile

  text = <<~RUBY
    require "redgale"
    puts "while loading"
    class Numbers < Redgale::Spout
      output_fields :n
      max_retries 1
      on_init { @n = 0; @until = Process.clock_gettime(Process::CLOCK_MONOTONIC) + 1.3 }
      on_send do
        next if @n == 3 && Process.clock_gettime(Process::CLOCK_MONOTONIC) < @until

        @n < 3 ? @n += 1 : finish
      end
    end
    class Show < Redgale::Bolt
      on_receive do |tuple|
        puts "user output"
        system("echo from a child")
        $stdout.puts "straight"
        STDOUT.puts "constant"
        metrics.counter(:seen).increment
        raise "bad" if tuple[:n] == 2
      end
    end
    class NumbersTopology < Redgale::Topology
      spout Numbers
      bolt(Show) { source Numbers, :global }
      configure { retry_backoff_min 0.01 }
    end
  RUBY

  it "writes JSON lines alone on stdout: progress, then the report; what the user prints goes to stderr" do
    result = local(text, "--json")
    lines = result.stdout.lines.map { |line| JSON.parse(line) }

    expect(result.exitstatus).to eq(3), result.to_s
    expect(lines.map { |line| line["event"] }).to eq([*(["progress"] * (lines.size - 1)), "report"])
    expect(lines.size).to be >= 2
    expect(lines.first.keys)
      .to contain_exactly("event", "seconds", "phase", "acked", "failed", "given_up", "emitted", "pending")
    expect(result.stderr.scan(/user output|from a child|straight|constant/).tally.values).to eq([4, 4, 4, 4])
    expect(result.stderr).to include("while loading")
  end

  it "ends with the whole account" do
    report = JSON.parse(local(text, "--json").stdout.lines.last)

    expect(report).to include("event" => "report", "topology" => "numbers_topology", "state" => "finished",
                              "acked" => 2, "failed" => 2, "given_up" => 1, "emitted" => 4, "exit_code" => 3,
                              "pending" => { "count" => 0, "tuples" => [], "truncated" => false },
                              "counters" => { "show" => { "seen" => 4 } }, "errors" => { "show" => 2 })
    expect(report["seconds"]).to be_a(Float)
    expect(report["components"].keys).to contain_exactly("numbers", "show")
    expect(report["components"]["show"])
      .to include("emitted" => 0, "executed" => 4, "acked" => 2, "failed" => 2, "pending" => 0, "queued" => 0)
    expect(report["components"]["numbers"]).to include("emitted" => 4, "acked" => 2, "failed" => 2, "given_up" => 1)
  end

  it "lists pending tuples, values that JSON cannot hold as text" do
    report = JSON.parse(local(<<~RUBY, "--json", "--timeout", "0.2", timeout: 30).stdout.lines.last)
      require "redgale"
      class Odd < Redgale::Spout
        output_fields :n, :v
        on_init { @left = [[1, "\\xFF"], [2, :sym], [3, { a: 1.5 }], [4, 1..2]] }
        on_send { @left.shift }
      end
      class Keep < Redgale::Bolt
        on_receive(ack: false) { nil }
      end
      class OddTopology < Redgale::Topology
        spout Odd
        bolt(Keep) { source Odd, :global }
        configure { shutdown_timeout 1 }
      end
    RUBY

    expect(report).to include("state" => "timed_out", "exit_code" => 75)
    expect(report["pending"]["count"]).to eq(4)
    expect(report["pending"]["tuples"].sort_by { |tuple| tuple["values"].first })
      .to eq([[1, '"\\xFF"'], [2, ":sym"], [3, { "a" => 1.5 }], [4, "1..2"]]
               .map { |values| { "component" => "odd", "task" => 2, "values" => values } })
  end
end
