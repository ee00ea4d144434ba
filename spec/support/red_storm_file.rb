# frozen_string_literal: true

require "support/topology_file"

# Runs `redgale` on RedStorm topologies that a spec writes.
module RedStormFile
  include TopologyFile

  # An endless spout and a bolt that prints the first three tuples.
  ENDLESS = <<~RUBY
    require 'red_storm'
    STDOUT.sync = true
    class Numbers < RedStorm::SimpleSpout
      output_fields :n
      on_init { @n = 0 }
      on_send { sleep 0.01; @n += 1 }
    end
    class Show < RedStorm::SimpleBolt
      on_receive { |tuple| puts tuple[0] if tuple[0] < 4 }
      on_close { puts "closed" }
    end
  RUBY

  # The same, in a topology whose body ends with this text.
  def endless(text = "", name: "NumbersTopology")
    "#{ENDLESS}class #{name} < RedStorm::SimpleTopology\n  spout Numbers\n  bolt(Show) { source Numbers, :global }\n" \
      "#{text}\nend\n"
  end

  # What the program printed, without RedStorm's line.
  def printed(result)
    result.stdout.lines.drop(1).join
  end
end
