# frozen_string_literal: true

# ruby redgale.rb CLASSES TEXT: counts the words of TEXT with the three classes of the file CLASSES, one executor each,
# and prints how it went.

require "redgale"
require_relative "../support/measured"

classes, text = ARGV
require_relative classes

# What the classes do not say themselves: when they began and ended, and what was counted.
class WordCountTopology < Redgale::Topology
  spout SentenceSpout do
    on_activate { Bench::Measured.start }
    on_close { Bench::Measured.stop }
  end
  bolt(SplitBolt) { source SentenceSpout, :shuffle }
  bolt CountBolt do
    source SplitBolt, fields: [:word]
    on_close { WordCountTopology.counts = @counts }
  end

  class << self
    attr_accessor :counts
  end
end

report = Redgale.run(WordCountTopology, set: { "input" => text })
lines = File.foreach(text).count
Bench::Measured.verify(report, acked: lines)
account = Bench::Measured.account(WordCountTopology.counts)
executed = report["components"]["count_bolt"]["executed"]
raise "#{executed} words executed, #{account[:words]} counted" if executed != account[:words]

Bench::Measured.print(lines: lines, **account)
