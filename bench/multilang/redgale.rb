# frozen_string_literal: true

# ruby redgale.rb TUPLES PYTHON_PATH [MAX_SPOUT_PENDING]: sentences through split.py, words to a bolt in Ruby; prints
# how it went.

require "json"
require "redgale"
require "tempfile"
require_relative "../support/measured"
require_relative "sentences"

PYTHON_PATH = ARGV.fetch(1)

class SentenceSpout < Redgale::Spout
  output_fields :sentence

  on_init { @last = 0 }
  on_activate { Bench::Measured.start }
  on_send { @last < config["tuples"] ? Bench::Sentences.sentence(@last += 1) : finish }
  on_close { Bench::Measured.stop }
end

class CountBolt < Redgale::Bolt
  on_init { @count = 0 }
  on_values { |_word| @count += 1 }
  on_close { MultilangTopology.count = @count }
end

class MultilangTopology < Redgale::Topology
  spout SentenceSpout
  shell("python3", "split.py", environment: { PYTHONPATH: PYTHON_PATH }) do
    source SentenceSpout, :shuffle
    output_fields :word
  end
  bolt(CountBolt) { source :split, :shuffle }

  class << self
    attr_accessor :count
  end
end

tuples = Integer(ARGV.fetch(0))
Tempfile.create("redgale-bench") do |file|
  set = { "tuples" => tuples, "report" => file.path }
  set["max_spout_pending"] = Integer(ARGV[2]) if ARGV[2]
  report = Redgale.run(MultilangTopology, set: set)
  Bench::Measured.verify(report, acked: tuples)
  program = JSON.parse(File.read(file.path))
  puts JSON.generate(seconds: Bench::Measured.seconds, cpu: Bench::Measured.cpu_seconds + program["cpu"],
                     program_cpu: program["cpu"], tuples: report["components"]["split"]["acked"],
                     words: MultilangTopology.count)
end
