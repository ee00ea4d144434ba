# frozen_string_literal: true

# ruby redgale.rb TEXT: counts the words of TEXT through Redgale's API, one executor each, ids and acks told, and prints
# how it went.

require "redgale"
require_relative "../support/measured"

class SentenceSpout < Redgale::Spout
  output_fields :sentence

  on_init do
    @lines = File.readlines(config["input"], chomp: true).each_with_index
    @acked = 0
  end
  on_activate { Bench::Measured.start }
  on_send(reliable: true) { @lines.next.reverse }
  on_ack { |_id| @acked += 1 }
  on_fail { |id| raise "line #{id} failed" }
  on_close do
    Bench::Measured.stop
    WordCountTopology.acked = @acked
  end
end

class SplitBolt < Redgale::Bolt
  output_fields :word

  on_receive { |tuple| tuple[:sentence].split.map { |word| [word] } }
end

class CountBolt < Redgale::Bolt
  output_fields :word, :count

  on_init { @counts = Hash.new(0) }
  on_receive do |tuple|
    word = tuple[:word]
    [word, @counts[word] += 1]
  end
  on_close { WordCountTopology.counts = @counts }
end

class WordCountTopology < Redgale::Topology
  spout SentenceSpout
  bolt(SplitBolt) { source SentenceSpout, :shuffle }
  bolt(CountBolt) { source SplitBolt, fields: [:word] }
  configure { max_spout_pending 1000 }

  class << self
    attr_accessor :acked, :counts
  end
end

report = Redgale.run(WordCountTopology, set: { "input" => ARGV.first })
lines = File.foreach(ARGV.first).count
Bench::Measured.verify(report, acked: lines)
raise "#{WordCountTopology.acked} of #{lines} acks told" if WordCountTopology.acked != lines

Bench::Measured.print(lines: lines, **Bench::Measured.account(WordCountTopology.counts))
