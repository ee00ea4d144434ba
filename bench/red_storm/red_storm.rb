# frozen_string_literal: true

# ruby red_storm.rb TEXT: as redgale.rb, through RedStorm's API.

require "red_storm"
require "redgale/runtime/local_run"
require_relative "../support/measured"

class SentenceSpout < RedStorm::DSL::Spout
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

class SplitBolt < RedStorm::DSL::Bolt
  output_fields :word

  on_receive(ack: true, anchor: true) { |tuple| tuple[:sentence].split.map { |word| [word] } }
end

class CountBolt < RedStorm::DSL::Bolt
  output_fields :word, :count

  on_init { @counts = Hash.new(0) }
  on_receive(ack: true, anchor: true) do |tuple|
    word = tuple[:word]
    [word, @counts[word] += 1]
  end
  on_close { WordCountTopology.counts = @counts }
end

class WordCountTopology < RedStorm::DSL::Topology
  spout SentenceSpout
  bolt(SplitBolt) { source SentenceSpout, :shuffle }
  bolt(CountBolt) { source SplitBolt, fields: ["word"] }
  configure do
    max_spout_pending 1000
    set "input", ARGV.first
  end

  class << self
    attr_accessor :acked, :counts
  end
end

topology = WordCountTopology
build = RedStorm::OnRedgale::Build.new(topology.topology_name, topology.configuration(:local), topology.build_topology)
definition = build.definition
definition.check!
report = Redgale::Runtime::LocalRun.new(definition).call
lines = File.foreach(ARGV.first).count
Bench::Measured.verify(report, acked: lines)
raise "#{WordCountTopology.acked} of #{lines} acks told" if WordCountTopology.acked != lines

Bench::Measured.print(lines: lines, **Bench::Measured.account(WordCountTopology.counts))
