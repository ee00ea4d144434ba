# frozen_string_literal: true

# Counts the words of random sentences for three seconds:
#
#   redgale local word_count.rb
#   redgale local word_count.rb --set debug=true

require "red_storm"

class RandomSentenceSpout < RedStorm::DSL::Spout
  SENTENCES = ["the cow jumped over the moon", "an apple a day", "four score and seven years ago"].freeze

  output_fields :sentence

  on_send do
    sleep 0.001
    SENTENCES.sample
  end
end

class SplitSentenceBolt < RedStorm::DSL::Bolt
  output_fields :word

  on_receive { |tuple| tuple[:sentence].split.map { |word| [word] } }
end

class WordCountBolt < RedStorm::DSL::Bolt
  output_fields :word, :count

  on_init { @counts = Hash.new(0) }

  on_receive do |tuple|
    word = tuple[:word]
    [word, @counts[word] += 1]
  end

  on_close { @counts.sort.each { |word, count| print "#{word} #{count}\n" } }
end

class WordCountTopology < RedStorm::DSL::Topology
  spout RandomSentenceSpout, parallelism: 2

  bolt SplitSentenceBolt, parallelism: 2 do
    source RandomSentenceSpout, :shuffle
  end

  bolt WordCountBolt, parallelism: 2 do
    source SplitSentenceBolt, fields: ["word"]
  end

  configure :word_count do |env|
    max_task_parallelism 4
    num_workers 2 if env == :cluster
  end

  on_submit do |env|
    sleep 3
    cluster.shutdown if env == :local
  end
end
