# frozen_string_literal: true

# Hello world, in RedStorm's words:
#
#   redgale local hello_world.rb

require "red_storm"

class HelloWorldSpout < RedStorm::DSL::Spout
  on_init { @words = %w[Hello world] }
  on_send { @words.shift }
end

class HelloWorldBolt < RedStorm::DSL::Bolt
  on_receive(emit: false) { |tuple| puts tuple[:word] }
end

class HelloWorldTopology < RedStorm::DSL::Topology
  spout(HelloWorldSpout) { output_fields :word }
  bolt(HelloWorldBolt) { source HelloWorldSpout, :global }

  on_submit do |env|
    sleep 1
    cluster.shutdown if env == :local
  end
end
