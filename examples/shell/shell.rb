# frozen_string_literal: true

# Counts words; a program in Python splits the sentences:
#
#   redgale local shell.rb
#   redgale local shell.rb --set sentences='["to be or not to be"]'

require "redgale"

class SentenceSpout < Redgale::Spout
  output_fields :sentence

  on_init { @sentences = config["sentences"].each }
  on_send { @sentences.next }
end

class CountBolt < Redgale::Bolt
  on_init { @counts = Hash.new(0) }
  on_values { |word| @counts[word] += 1 }
  on_close { @counts.sort.each { |word, count| print "#{word} #{count}\n" } }
end

class ShellTopology < Redgale::Topology
  spout SentenceSpout

  # Two processes. The block says what a class would: which streams it reads, and which fields it emits.
  shell("python3", "split.py", parallelism: 2) do
    source SentenceSpout, :shuffle
    output_fields :word
  end

  bolt(CountBolt) { source :split, fields: [:word] }

  configure { set "sentences", ["the cow jumped over the moon", "an apple a day", "four score and seven years ago"] }
end
