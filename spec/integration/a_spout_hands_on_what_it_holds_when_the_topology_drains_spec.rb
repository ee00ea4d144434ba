# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "a drain while nothing is pending" do
  include TopologyFile

  it "ends only after every spout's on_deactivate, and what that emitted" do
    result = local(<<~RUBY, "--timeout", "0.3")
      class Holder < Redgale::Spout
        output_fields :n
        on_init { @held = [1, 2, 3] }
        on_send { nil }
        on_deactivate { emit [@held.shift] until @held.empty? }
      end
      class Got < Redgale::Bolt
        on_receive { |tuple| puts "got \#{tuple[:n]}" }
        on_close { puts "closed" }
      end
      class HeldTopology < Redgale::Topology
        spout Holder
        bolt(Got) { source Holder, :global }
      end
    RUBY
    expect(result.exitstatus).to eq(0)
    expect(result.stdout).to eq("got 1\ngot 2\ngot 3\nclosed\n")
    expect(result.stderr).to match(/3 tuples acked.*0 pending/)
  end
end
