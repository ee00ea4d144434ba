# frozen_string_literal: true

require "support/topology_file"

# on_batch waits for more tuples. When no more can come it must not: `within` here is longer than each run may take.
RSpec.describe "A batch that no further tuple can join" do
  include TopologyFile

  def topology(handler)
    <<~RUBY
      class Numbers < Redgale::Spout
        output_fields :n
        on_init { @n = 0 }
        on_send { #{handler} }
      end

      class Collect < Redgale::Bolt
        on_batch(max: 100, within: 600) { |tuples| puts "batch of \#{tuples.size}" }
      end

      class BatchTopology < Redgale::Topology
        spout Numbers
        bolt(Collect) { source Numbers, :global }
      end
    RUBY
  end

  it "is handled when every spout has finished" do
    result = local(topology("(@n += 1) <= 3 ? @n : finish"), timeout: 20)

    expect([result.exitstatus, result.stdout]).to eq([0, "batch of 3\n"]), result.to_s
  end

  it "is handled when the topology drains" do
    result = local(topology("(@n += 1) <= 3 ? @n : nil"), "--timeout", "0.5", timeout: 20)

    expect([result.exitstatus, result.stdout]).to eq([0, "batch of 3\n"]), result.to_s
  end
end
