# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "A definition that is odd" do
  include TopologyFile

  text = <<~RUBY
    require_relative "parts"
    class Sampled < Redgale::Spout
      output_fields :n
      on_send(reliable: false) { finish }
      on_fail { |id| id }
    end
    class NumbersTopology < Redgale::Topology
      spout Numbers do
        on_fail { |values| values }
        max_retries 3
      end
      spout Sampled
      bolt(Show) { source Numbers, :global }
      configure { set "retry_backof_min", 1 }
    end
  RUBY
  warnings = [
    "topology.rb:14: `retry_backof_min` is a key of your own, which the engine does not read " \
    "(did you mean `retry_backoff_min`?)",
    "--set: `max_spout_pendin` is a key of your own, which the engine does not read " \
    "(did you mean `max_spout_pending`?)",
    "topology.rb:10: `max_retries` of `numbers` has no effect: with `on_fail` the spout owns its replay",
    "topology.rb:5: `on_fail` of `sampled` has no effect: with `reliable: false` tuples are not tracked"
  ]

  it "is warned of, each with its place, and runs" do
    result = local(text, "--set", "max_spout_pendin=3", "--set", "input=a.txt")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stderr.scan(/WARN redgale: (.*)/).flatten).to match_array(warnings)
    expect(result.stdout.scan(/^\d$/)).to eq(%w[1 2 3])
  end

  it "is warned of by graph, too" do
    result = graph(text, "--set", "max_spout_pendin=3")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stderr.scan(/WARN redgale: (.*)/).flatten).to match_array(warnings)
  end
end
