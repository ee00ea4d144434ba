# frozen_string_literal: true

# The word count of the README, its spout reading a preloaded text.

class SentenceSpout < Redgale::Spout
  output_fields :sentence

  on_init { @lines = File.readlines(config["input"], chomp: true).each }
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
end
