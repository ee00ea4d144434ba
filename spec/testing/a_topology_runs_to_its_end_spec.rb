# frozen_string_literal: true

require "support/kit"

RSpec.describe "A topology that runs to its end" do
  include Kit

  let(:sentences) do
    spout("SentenceSpout") do
      output_fields :sentence
      on_init { @lines = %w[own].each }
      on_send { @lines.next }
    end
  end

  let(:split) do
    bolt("SplitBolt") do
      output_fields :word
      stream :empty, :reason
      on_receive do |tuple|
        raise ArgumentError, "no words" if tuple[:sentence] == "raise"
        next emit(["blank"], stream: :empty) if tuple[:sentence].empty?

        tuple[:sentence].split.map { |word| [word] }
      end
    end
  end

  let(:count) do
    bolt("CountBolt") do
      output_fields :word, :count
      on_init { @counts = Hash.new(config.fetch("first", 0)) }
      on_receive do |tuple|
        metrics.counter(:words).increment
        log.debug("counts #{tuple[:word]}")
        [tuple[:word], @counts[tuple[:word]] += 1]
      end
    end
  end

  let(:words) do
    from = sentences
    via = split
    to = count
    topology("WordCount") do
      spout from
      bolt(via, parallelism: 2) { source from, :shuffle }
      bolt(to, parallelism: 2) { source via, fields: [:word] }
      configure { |env| set "first", 100 if env == :staging }
    end
  end

  it "runs as it is, if its spouts finish" do
    done = complete(words)

    expect(done[count]).to eq([["own", 1]])
    expect(done.acked).to eq([["own"]])
  end

  it "takes the tuples of a spout, named by its class or id" do
    [{ sentences => [["a b"], ["a"]] }, { sentence_spout: ["a b", { sentence: "a" }] },
     { "sentence_spout" => { default: [["a b"], "a"] } }].each do |given|
      done = complete(words, given)

      expect(done[split]).to contain_exactly(["a"], ["b"], ["a"])
      expect(done[:count_bolt]).to contain_exactly(["a", 1], ["b", 1], ["a", 2])
      expect(done[sentences]).to eq([["a b"], ["a"]])
      expect(done.acked).to contain_exactly(["a b"], ["a"])
      expect([done.failed, done.pending]).to eq([[], []])
    end
  end

  it "tells streams apart" do
    done = complete(words, sentences => ["", "a"])

    expect(done[split, :empty]).to eq([["blank"]])
    expect(done[split]).to eq([["a"]])
    expect(done.emissions(split).map(&:stream)).to contain_exactly(:empty, :default)
  end

  it "takes tuples of several streams" do
    from = spout("Two") do
      output_fields :n
      stream :odd, :n
      on_send { nil }
    end
    to = bolt("Both") do
      output_fields :stream, :n
      on_receive { |tuple| [tuple.stream.to_s, tuple[:n]] }
    end
    both = topology do
      spout from
      bolt(to) do
        source from, :shuffle
        source from, :shuffle, stream: :odd
      end
    end

    expect(complete(both, from => { default: [2], odd: [[1], [3]] })[to])
      .to contain_exactly(["default", 2], ["odd", 1], ["odd", 3])
  end

  it "runs a block in the place of a bolt" do
    done = complete(words, sentences => ["a b"], split => ->(tuple) { tuple[:sentence].upcase })

    expect(done[count]).to eq([["A B", 1]])
  end

  it "routes by groupings: one word goes to one task" do
    done = complete(words, sentences => Array.new(20) { "a b c d" })
    tasks = done.emissions(count).group_by { |emission| emission.values.first }
                .transform_values { |emissions| emissions.map(&:task).uniq }

    expect(tasks.values.map(&:size)).to eq([1] * 4)
    expect(done[count].select { |_word, times| times == 20 }.map(&:first)).to match_array(%w[a b c d])
  end

  it "takes configuration and the environment" do
    expect(complete(words, env: :staging)[count]).to eq([["own", 101]])
    expect(complete(words, set: { "first" => 7 })[count]).to eq([["own", 8]])
  end

  it "raises when a tuple failed, with what failed and why" do
    expect { complete(words, sentences => %w[raise ok]) }
      .to raise_error(Redgale::Testing::Failed, start_with(<<~TEXT.chomp)) { |error| @error = error }
        1 tuple failed, 1 error raised (`allow_failures: true` collects them instead):
          ["raise"] of `sentence_spout`: ArgumentError: no words
            #{Redgale::Place.short(__FILE__)}:
      TEXT
    expect(@error.cause).to be_a(ArgumentError)
    expect(@error.result[count]).to eq([["ok", 1]])
  end

  it "collects failures, if it is told to" do
    done = complete(words, sentences => %w[raise ok], allow_failures: true)

    expect(done.failed).to eq([["raise"]])
    expect(done.failures.map { |failure| [failure.component, failure.outcome, failure.error.message] })
      .to eq([["sentence_spout", :given_up, "no words"]])
    expect(done.errors(split).map(&:message)).to eq(["no words"])
    expect(done.errors(count)).to eq([])
    expect(done[count]).to eq([["ok", 1]])
  end

  it "emits a tuple that failed again, as often as it is told to" do
    klass = sentences
    tries = []
    flaky = bolt("Flaky") { on_receive { |tuple| (tries << tuple[:sentence]).size < 3 and raise "again" } }
    flaky_topology = topology do
      spout klass
      bolt(flaky) { source klass, :shuffle }
    end
    done = complete(flaky_topology, klass => ["a"], retries: 2, allow_failures: true)

    expect(tries).to eq(%w[a a a])
    expect(done.retries.map { |retried| retried.error.message }).to eq(%w[again again])
    expect([done.acked, done.failed]).to eq([[["a"]], []])
  end

  it "says which spout does not finish" do
    klass = spout("Endless") do
      output_fields :n
      on_send { nil }
    end
    endless = topology("Waiting") { spout klass }

    expect { complete(endless, within: 5) }.to raise_error(Redgale::Testing::NotFinished, <<~TEXT.chomp)
      Waiting is not done after 5 simulated seconds
        spout `endless` has not finished: a spout ends by StopIteration or `finish`, or tuples stand in for it (endless: [...])
    TEXT
  end

  it "says which tuples are pending" do
    keeps = bolt("Keeps") { on_receive(ack: false) { |tuple| (@kept ||= []) << tuple } }
    klass = sentences
    kept = topology("Kept") do
      spout klass
      bolt(keeps) { source klass, :shuffle }
    end

    expect { complete(kept, within: 20) }.to raise_error(Redgale::Testing::NotFinished, <<~TEXT.chomp)
      Kept is not done after 20 simulated seconds
        ["own"] of `sentence_spout` is pending
    TEXT
  end

  { "is tracked" => {}, "is not tracked" => { reliable: false } }.each do |tracked, options|
    it "refuses a spout that emits without end and #{tracked}" do
      klass = spout("Endless") do
        output_fields :n
        on_send(**options) { 1 }
      end
      reads = bolt { on_receive { |_tuple| nil } }
      endless = topology do
        spout klass
        bolt(reads) { source klass, :shuffle }
      end
      stub_const("Redgale::Testing::Limit::MOST", 10_000)

      expect { complete(endless) }
        .to raise_error(Redgale::SimulationError, /\A1\d{4} tuples were emitted, 1\d{4} of them by `endless`, and/)
      expect { simulate(endless) { |t| t.advance 60 } }.to raise_error(Redgale::SimulationError, /no end in sight/)
    end
  end

  it "refuses a spout that emits without end what nobody reads" do
    klass = spout("Endless") do
      output_fields :n
      on_send { 1 }
    end
    stub_const("Redgale::Testing::Limit::MOST", 10_000)

    expect { complete(topology { spout klass }) }.to raise_error(Redgale::SimulationError, /no end in sight/)
  end

  it "runs a block in the place of a program, which it cannot run" do
    klass = sentences
    to = count
    programs = topology("Programs") do
      spout klass
      shell("python3", "split.py", id: :split) do
        source klass, :shuffle
        output_fields :word
      end
      bolt(to) { source :split, fields: [:word] }
    end

    expect { complete(programs) }
      .to raise_error(Redgale::NotAvailable, "the testing kit cannot run `split`, which is a program of its own: " \
                                             "give a block instead (split: ->(tuple) { ... })")
    expect(complete(programs, split: ->(tuple) { tuple[:sentence] })[to]).to eq([["own", 1]])
    expect(component(to, topology: programs).receive("x").emitted).to eq([["x", 1]])
  end

  it "gives tuples in the place of a program that is a spout" do
    reads = bolt do
      output_fields :n
      on_receive { |tuple| tuple[:n] }
    end
    programs = topology("Programs") do
      shell("python3", "numbers.py", id: :numbers) { output_fields :n }
      bolt(reads, id: :reads) { source :numbers, :shuffle }
    end

    expect { complete(programs) }.to raise_error(Redgale::NotAvailable, /give its tuples instead \(numbers: \[...\]\)/)
    expect(complete(programs, numbers: [1, 2])[:reads]).to eq([[1], [2]])
  end

  it "carries objects as the topology says" do
    money = stub_const("Money", Class.new do
      attr_reader :cents

      def initialize(cents)
        @cents = cents
      end
    end)
    own = sentences
    prices = bolt("Prices") do
      output_fields :price
      on_receive { |tuple| money.new(Integer(tuple[:sentence])) }
    end
    doubled = bolt("Doubled") do
      output_fields :price, :copied
      on_receive { |tuple| [tuple[:price].cents * 2, tuple[:price].instance_of?(money)] }
    end
    shop = lambda do |known|
      topology do
        spout own
        bolt(prices) { source own, :shuffle }
        bolt(doubled) { source prices, :shuffle }
        serializes money, dump: ->(one) { one.cents.to_s }, load: ->(text) { money.new(Integer(text) + 1) } if known
      end
    end

    expect(complete(shop[true], own => ["5"])[doubled]).to eq([[12, true]])
    expect { complete(shop[false], own => ["5"]) }
      .to raise_error(Redgale::Testing::Failed, /UnsupportedValue: .*value\[0\] is of class Money, which cannot leave/)
  end

  it "closes what it ran" do
    klass = sentences
    told = []
    last = bolt("Last") do
      on_receive { |tuple| told << tuple[:sentence] }
      on_close { told << :closed }
    end
    closing = topology do
      spout klass
      bolt(last) { source klass, :shuffle }
    end
    complete(closing, klass => ["a"])

    expect(told).to eq(["a", :closed])
  end

  it "knows counters, figures, and what was logged on any level" do
    done = complete(words, sentences => ["a b a"])

    expect(done.counters(count)).to eq(words: 3)
    expect(done.metrics(split)).to include("executed" => 1, "emitted" => 3)
    expect(done.logs(count).map { |line| [line.level, line.message] }).to match_array(
      [[:debug, "counts a"], [:debug, "counts b"], [:debug, "counts a"]]
    )
    expect(done.logs.map(&:component).uniq).to eq(["count_bolt"])
  end

  it "tells people what happened" do
    expect(complete(words, sentences => ["a b"]).inspect).to eq(<<~TEXT.chomp)
      #<Redgale::Testing::Completion
      sentence_spout emitted 1
      split_bolt emitted 2
      count_bolt emitted 2
      1 acked, 0 failed, 0 pending>
    TEXT
  end
end
