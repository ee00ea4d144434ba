# frozen_string_literal: true

# For bench/run start_up: a topology that has nothing to do.

require "redgale"

class SilentSpout < Redgale::Spout
  output_fields :nothing

  on_send { nil }
end

class PassBolt < Redgale::Bolt
  output_fields :nothing

  on_receive { |tuple| tuple[:nothing] }
end

class EndBolt < Redgale::Bolt
  on_receive { |_tuple| nil }
end

class IdleTopology < Redgale::Topology
  spout SilentSpout
  bolt(PassBolt, parallelism: 2) { source SilentSpout, :shuffle }
  bolt(EndBolt, parallelism: 2) { source PassBolt, fields: [:nothing] }
end
