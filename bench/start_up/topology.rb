# frozen_string_literal: true

# For bench/run start_up: tells when it got its first tuple, and ends.

require "redgale"

class OneSpout < Redgale::Spout
  output_fields :one

  on_init { @sent = false }
  on_send { @sent ? finish : @sent = true }
end

class FirstBolt < Redgale::Bolt
  on_receive do |_tuple|
    File.write(config["first"], Process.clock_gettime(Process::CLOCK_MONOTONIC).to_s)
    nil
  end
end

class StartTopology < Redgale::Topology
  spout OneSpout
  bolt(FirstBolt) { source OneSpout, :shuffle }
end
