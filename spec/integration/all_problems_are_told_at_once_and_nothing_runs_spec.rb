# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "A definition with several problems" do
  include TopologyFile

  text = <<~RUBY
    require_relative "parts"
    class Broken < Redgale::Bolt
      output_feilds :a
      on_recieve { |tuple| tuple }
      max_retries(-1)
    end
    class BrokenTopology < Redgale::Topology
      spout Numbers, paralelism: 2
      bolt(Show, id: :first) { source :nubmers, :shuffle }
      bolt(Show, id: :first) { source Numbers, :shufle }
      bolt(Broken) { source Numbers, fields: [:m] }
      spuot Numbers
      on_submit { puts "on_submit ran" }
      configure do
        num_worker 2
        workers 2
        max_spout_pending 0
      end
    end
  RUBY
  lines = [3, 4, 5, 8, 9, 10, 10, 11, 11, 12, 15, 16, 17]

  it "tells them all, in the order of the file, and runs nothing" do
    result = local(text)

    expect(result.exitstatus).to eq(1), result.to_s
    expect(result.stderr.lines(chomp: true).last).to eq("redgale: #{lines.size} problems found; nothing was run")
    expect(result.stderr.scan(/^topology\.rb:(\d+): /).flatten.map(&:to_i)).to eq(lines)
    expect(result.stdout).to be_empty
  end

  it "tells graph the same, which draws nothing" do
    result = graph(text)

    expect(result.exitstatus).to eq(1)
    expect(result.stderr).to eq(local(text).stderr)
    expect(result.stdout).to be_empty
  end

  it "tells --json the same: stdout stays empty" do
    result = local(text, "--json")

    expect(result.exitstatus).to eq(1)
    expect(result.stdout).to be_empty
    expect(result.stderr.lines.size).to eq(lines.size + 1)
  end

  it "raises them from Redgale.run as one error" do
    result = ruby(<<~RUBY)
      #{text.lines.map(&:chomp).join("\n")}
      begin
        Redgale.run(BrokenTopology)
      rescue Redgale::DefinitionError => e
        puts e.problems.size, e.message.lines.size, e.problems.first.values_at("at", "message").join(": ")
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout.lines(chomp: true))
      .to match([lines.size.to_s, lines.size.to_s, start_with("program.rb:3: unknown statement `output_feilds`")])
  end
end
