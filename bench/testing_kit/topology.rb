# frozen_string_literal: true

require "redgale"

# The topology under test: words of sentences, counted, the counts told every second.
class SentenceSpout < Redgale::Spout
  output_fields :sentence
  on_send { nil }
end

class SplitBolt < Redgale::Bolt
  output_fields :word
  on_receive { |tuple| tuple[:sentence].split.map { |word| [word] } }
end

class CountBolt < Redgale::Bolt
  output_fields :word, :count
  stream :totals, :words

  on_init do
    @counts = Hash.new(0)
    @total = 0
  end

  on_receive do |tuple|
    @total += 1
    [tuple[:word], @counts[tuple[:word]] += 1]
  end

  tick every: 1
  on_tick { emit @total, stream: :totals }
end

class WordCountTopology < Redgale::Topology
  spout SentenceSpout
  bolt(SplitBolt, parallelism: 2) { source SentenceSpout, :shuffle }
  bolt(CountBolt, parallelism: 2) { source SplitBolt, fields: [:word] }
end
