# frozen_string_literal: true

# Counts the words of a text and prints the most frequent ones:
#
#   redgale local word_count.rb
#   redgale local word_count.rb --set input=war_and_peace.txt --set top=5

require "redgale"

# Reads the text line by line. When the lines end the topology ends, once every tuple is acked.
class SentenceSpout < Redgale::Spout
  output_fields :sentence

  on_init { @lines = File.foreach(config["input"], chomp: true) }
  on_send { @lines.next }
end

# One sentence in, many words out: the tuple is acked when all of its words are counted.
class SplitBolt < Redgale::Bolt
  output_fields :word

  on_receive { |tuple| tuple[:sentence].downcase.scan(/[a-z']+/).map { |word| [word] } }
end

# Runs twice, each time with its own @counts: grouped by word, so each word always comes to the same one.
class CountBolt < Redgale::Bolt
  output_fields :word, :count

  on_init { @counts = Hash.new(0) }
  on_receive { |tuple| [tuple[:word], @counts[tuple[:word]] += 1] }
end

# Runs once, so it sees the latest count of every word, whichever CountBolt it comes from.
class TopBolt < Redgale::Bolt
  on_init { @counts = {} }
  on_values(emit: false) { |word, count| @counts[word] = count }

  on_close do
    top = @counts.max_by(config["top"]) { |_word, count| count }
    top.each { |word, count| puts "#{count.to_s.rjust(8)}  #{word}" }
  end
end

class WordCountTopology < Redgale::Topology
  spout SentenceSpout
  bolt(SplitBolt, parallelism: 2) { source SentenceSpout, :shuffle }
  bolt(CountBolt, parallelism: 2) { source SplitBolt, fields: [:word] }
  bolt(TopBolt) { source CountBolt, :global }

  configure do
    set "input", File.join(__dir__, "kjv.txt")
    set "top", 20
  end
end
