# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "a spout in front of a full queue" do
  include TopologyFile

  it "is told of tuples that timed out all the same" do
    result = local(<<~RUBY, "--timeout", "8")
      class Many < Redgale::Spout
        output_fields :n
        on_init { @n = 0 }
        on_send(reliable: true) { @n < 500 ? [@n += 1, @n] : finish }
        on_fail { |_id| $failed = true }
      end
      class Stuck < Redgale::Bolt
        on_receive do |_tuple|
          sleep 0.01 until $failed
        end
      end
      class StuckTopology < Redgale::Topology
        spout Many
        bolt(Stuck) { source Many, :shuffle }
        configure do
          message_timeout_secs 1
          executor_receive_buffer_size 8
        end
      end
    RUBY
    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stderr).to match(/stuck_topology finished .* 0 pending/)
  end
end
