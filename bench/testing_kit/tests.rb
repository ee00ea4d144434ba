# frozen_string_literal: true

require "rspec/core"
require "redgale/rspec"
require_relative "../support/measured"
require_relative "topology"

# Tests of one topology, each measured by itself, in one process. What is loaded is loaded before.
module KitTests
  # What a test gives, and what it expects.
  SENTENCES = [["the sea the rain"], ["the river"]].freeze
  COUNTS = [["rain", 1], ["river", 1], ["sea", 1], ["the", 1], ["the", 2], ["the", 3]].freeze
  # Simulated seconds.
  TEN_MINUTES = 600

  module_function

  def measure
    Bench::Measured.check
    { first: example, later: Array.new(20) { example }, fed: ten_minutes { fed }, idle: ten_minutes { idle } }
  end

  # Seconds of one example, with the matcher.
  def example
    group = RSpec.describe(WordCountTopology) do
      it "counts words" do
        done = Redgale::Testing.complete(described_class, SentenceSpout => SENTENCES)
        expect(done).to have_emitted(*COUNTS).from(CountBolt).only
      end
    end
    raise "the example failed" unless group.run(RSpec::Core::NullReporter)

    group.examples.first.execution_result.run_time
  end

  # Seconds of a simulation of ten minutes, with making and closing it.
  def ten_minutes
    began = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    ticks = yield
    took = Process.clock_gettime(Process::CLOCK_MONOTONIC) - began
    # both tasks of CountBolt tick
    raise "#{ticks} ticks in #{TEN_MINUTES} s" unless ticks == 2 * TEN_MINUTES

    took
  end

  # A sentence every ten seconds.
  def fed
    Redgale::Testing.simulate(WordCountTopology, SentenceSpout => []) do |t|
      (TEN_MINUTES / 10).times do
        t.feed SentenceSpout, [["the sea"]]
        t.advance 10
      end
      raise "wrong counts" unless t[CountBolt].size == TEN_MINUTES / 5 && t.acked.size == TEN_MINUTES / 10

      t[CountBolt, :totals].size
    end
  end

  # One step, with a spout that runs as it is and has nothing: the engine asks it some 50,000 times.
  def idle
    Redgale::Testing.simulate(WordCountTopology) { |t| t.advance(TEN_MINUTES)[CountBolt, :totals].size }
  end
end

puts JSON.generate(KitTests.measure)
