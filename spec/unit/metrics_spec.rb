# frozen_string_literal: true

require "redgale"

RSpec.describe Redgale::Metrics do
  it "counts" do
    counter = described_class.new.of("split").counter(:words)

    expect([counter.increment, counter.increment(5), counter.value]).to eq([1, 6, 6])
  end

  it "grows by whole numbers alone, and has a name" do
    metrics = described_class.new.of("split")

    [-1, 1.5, "2", nil].each do |by|
      expect { metrics.counter(:words).increment(by) }
        .to raise_error(ArgumentError, "a counter grows by whole numbers, not by #{by.inspect}")
    end
    expect { metrics.counter(3) }.to raise_error(TypeError, "a counter's name is a Symbol, not 3")
    expect(metrics.counter(:words).value).to eq(0)
  end

  it "gives all tasks of a component the same counter, other components another" do
    metrics = described_class.new
    metrics.of("split").counter(:words).increment
    metrics.of("split").counter("words").increment
    metrics.of("count").counter(:words).increment

    expect(metrics.to_h).to eq("split" => { "words" => 2 }, "count" => { "words" => 1 })
  end

  it "leaves out components that count nothing" do
    metrics = described_class.new
    metrics.of("split")

    expect(metrics.to_h).to eq({})
  end

  it "is exact when many threads count, and make the counters" do
    # widens the moment in which two threads could both make one
    allow(Redgale::Counter).to receive(:new).and_wrap_original do |original|
      sleep 0.001
      original.call
    end
    metrics = described_class.new
    views = Array.new(4) { metrics.of("split") }
    start = Queue.new
    threads = Array.new(8) do |number|
      Thread.new do
        start.pop
        2_000.times do |n|
          views[number % 4].counter(:all).increment
          views[number % 4].counter("n#{n % 10}").increment(2)
          Thread.pass if (n % 50).zero?
        end
      end
    end
    8.times { start << true }
    threads.each(&:join)

    expect(metrics.to_h["split"]["all"]).to eq(16_000)
    expect(metrics.to_h["split"].except("all").values).to eq([3_200] * 10)
  end
end
