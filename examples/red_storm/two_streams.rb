# frozen_string_literal: true

# What can be read goes out on stream `default`, the rest on `errors`, by the named streams of RedStorm's forks:
#
#   redgale local two_streams.rb

require "red_storm"

class LineSpout < RedStorm::DSL::Spout
  output_fields :line

  on_init { @lines = ["cup,2", "pot,three", "cup,1", "spoon"] }
  on_send { @lines.shift }
end

class ParseBolt < RedStorm::DSL::Bolt
  output_fields :item, :pieces, errors: %i[line reason]

  on_receive emit: false do |tuple|
    item, pieces = tuple[:line].split(",")
    anchored_emit(tuple, item, Integer(pieces))
  rescue ArgumentError, TypeError => e
    anchored_stream_emit(:errors, tuple, tuple[:line], e.message)
  end
end

class TotalsBolt < RedStorm::DSL::Bolt
  on_init { @totals = Hash.new(0) }
  on_receive(emit: false) { |tuple| @totals[tuple[:item]] += tuple[:pieces] }
  on_close { @totals.each { |item, pieces| print "#{item}: #{pieces}\n" } }
end

class ErrorsBolt < RedStorm::DSL::Bolt
  on_receive(emit: false) { |tuple| print "#{tuple[:line]}: #{tuple[:reason]}\n" }
end

class TwoStreamsTopology < RedStorm::DSL::Topology
  spout LineSpout
  bolt(ParseBolt) { source LineSpout, :shuffle }
  bolt(TotalsBolt) { source ParseBolt, fields: ["item"] }
  bolt(ErrorsBolt) { source ParseBolt, :global, "errors" }

  on_submit do |env|
    sleep 1
    cluster.shutdown if env == :local
  end
end
