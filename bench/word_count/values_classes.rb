# frozen_string_literal: true

# The same with both bolts taking values instead of tuples.

class SentenceSpout < Redgale::Spout
  output_fields :sentence

  on_init { @lines = File.readlines(config["input"], chomp: true).each }
  on_send { @lines.next }
end

class SplitBolt < Redgale::Bolt
  output_fields :word

  on_values { |sentence| sentence.split.map { |word| [word] } }
end

class CountBolt < Redgale::Bolt
  output_fields :word, :count

  on_init { @counts = Hash.new(0) }
  on_values { |word| [word, @counts[word] += 1] }
end
