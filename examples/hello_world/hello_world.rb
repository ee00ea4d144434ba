# frozen_string_literal: true

# The smallest topology: a spout with two tuples, a bolt that prints them.
#
#   redgale local hello_world.rb
#   redgale local hello_world.rb --set greeting="Good morning"

require "redgale"

class HelloWorldSpout < Redgale::Spout
  output_fields :word

  on_init { @words = [config["greeting"], "world"].each }
  on_send { @words.next }
end

class PrintBolt < Redgale::Bolt
  on_receive { |tuple| puts tuple[:word] }
end

class HelloWorldTopology < Redgale::Topology
  spout HelloWorldSpout
  bolt(PrintBolt) { source HelloWorldSpout, :global }

  configure { set "greeting", "Hello" }
end
