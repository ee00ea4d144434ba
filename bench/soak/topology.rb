# frozen_string_literal: true

# For bench/run soak: the word count over a text that begins again when it ends, until INT or TERM. Writes the counts of
# lines and words to the file of `account` at the end.

require "json"
require "redgale"

class EndlessSpout < Redgale::Spout
  output_fields :sentence

  on_init { @lines = File.readlines(config["input"], chomp: true).cycle }
  on_send { @lines.next }
end

class SplitBolt < Redgale::Bolt
  output_fields :word

  on_receive { |tuple| tuple[:sentence].split.map { |word| [word] } }
end

class CountBolt < Redgale::Bolt
  output_fields :word, :count

  on_init { @counts = Hash.new(0) }
  on_receive { |tuple| [tuple[:word], @counts[tuple[:word]] += 1] }
  on_close { File.write(config["account"], JSON.generate(words: @counts.values.sum, distinct: @counts.size)) }
end

class SoakTopology < Redgale::Topology
  spout EndlessSpout
  bolt(SplitBolt) { source EndlessSpout, :shuffle }
  bolt(CountBolt) { source SplitBolt, fields: [:word] }
end
