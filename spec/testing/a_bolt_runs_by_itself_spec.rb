# frozen_string_literal: true

require "support/kit"

RSpec.describe "A bolt that runs by itself" do
  include Kit

  let(:count) do
    bolt("CountBolt") do
      output_fields :word, :count
      on_init { @counts = Hash.new(config.fetch("first", 0)) }
      on_receive { |tuple| [tuple[:word], @counts[tuple[:word]] += 1] }
    end
  end

  it "gets tuples by name, and keeps its state from one to the next" do
    counted = component(count)

    expect(counted.receive(word: "a").emitted).to eq([["a", 1]])
    expect(counted.receive(word: "a").emitted).to eq([["a", 2]])
    expect(counted.emitted).to eq([["a", 1], ["a", 2]])
    expect(counted.acked).to eq([["a"], ["a"]])
  end

  it "gets tuples by position, once the fields are known" do
    counted = component(count, fields: [:word])

    expect(counted.receive("a").emitted).to eq([["a", 1]])
    expect(counted.receive(["b"]).emitted).to eq([["b", 1]])
    expect(counted.receive({ word: "b" }).emitted).to eq([["b", 2]])
    expect(counted.receive("word" => "b").emitted).to eq([["b", 3]])
  end

  it "gets several tuples at once" do
    reply = component(count, fields: [:word]).receive_all([["a"], { word: "b" }, "a"])

    expect(reply.emitted).to eq([["a", 1], ["b", 1], ["a", 2]])
    expect(reply.acked).to eq([["a"], ["b"], ["a"]])
  end

  it "says what it emitted with field names, stream, task and component" do
    reply = component(count).receive(word: "a")
    emission = reply.emissions.first

    expect(reply.emissions(:input).map(&:to_h)).to eq([{ word: "a" }])
    expect(emission.to_h).to eq(word: "a", count: 1)
    expect([emission.component, emission.stream]).to eq(["count_bolt", :default])
    expect(emission.inspect).to eq('#<emitted by count_bolt word: "a", count: 1>')
  end

  it "emits by the return rule of the engine" do
    { nil => [], false => [], [] => [], 5 => [[5]], { a: 1 } => [[{ a: 1 }]], [7] => [[7]],
      [[1], [2]] => [[1], [2]] }.each do |returned, emitted|
      reply = receiving(:value) { |_tuple| returned }.receive(n: 1)

      expect(reply.emitted).to eq(emitted), "of #{returned.inspect}: #{reply.inspect}"
      expect(reply).to be_acked
    end
  end

  it "fails the tuple when it raises, and goes on" do
    tested = receiving(:n) { |tuple| tuple[:n].zero? ? raise(ArgumentError, "nought") : tuple[:n] }
    reply = tested.receive(n: 0)

    expect(reply.failed).to eq([[0]])
    expect(reply).to be_failed
    expect(reply).not_to be_acked
    expect(reply.error).to be_a(ArgumentError).and have_attributes(message: "nought")
    expect(reply.failures.map(&:error)).to eq([reply.error])
    expect(tested.receive(n: 1)).to be_acked
    expect(tested.receive_all([1, 0].map { |n| { n: n } })).not_to be_acked
  end

  it "fails the tuple when it emits a wrong number of values" do
    reply = receiving(:a, :b) { |_tuple| [1] }.receive(n: 1)

    expect(reply.failed).to eq([[1]])
    expect(reply.error).to be_a(Redgale::EmitError)
    expect(reply.emitted).to eq([])
  end

  it "tells on_error" do
    told = []
    klass = bolt do
      on_receive { |_tuple| raise "broken" }
      on_error { |error, tuple| told << [error.message, tuple[:n]] }
    end
    component(klass).receive(n: 3)

    expect(told).to eq([["broken", 3]])
  end

  it "fails a tuple by hand, without an error" do
    reply = receiving(ack: false) { |tuple| self.fail(tuple) }.receive(n: 1)

    expect(reply.failed).to eq([[1]])
    expect(reply.error).to be_nil
  end

  it "keeps a tuple pending until it acks it" do
    klass = bolt do
      on_receive(ack: false) { |tuple| (@kept ||= []) << tuple }
      define_method(:release) { @kept.each { |tuple| ack(tuple) }.clear }
    end
    tested = component(klass)
    reply = tested.receive(n: 1)
    expect([reply.pending?, reply.pending, reply.acked]).to eq([true, [[1]], []])

    tested.instance.release
    expect(tested.settle.acked).to eq([[1]])
    expect(tested.pending).to eq([])
  end

  it "acks from a thread of its own" do
    threads = []
    tested = receiving(:n, ack: false, emit: false) do |tuple|
      threads << Thread.new do
        emit([tuple[:n] + 1], anchor: tuple)
        ack(tuple)
      end
    end
    reply = tested.receive(n: 1)
    threads.each(&:join)
    after = tested.settle

    expect([*reply.emitted, *after.emitted]).to eq([[2]])
    expect(tested.acked).to eq([[1]])
  end

  it "fails what it keeps for 1.0 to 1.1 times the timeout" do
    tested = receiving(ack: false) { |tuple| (@kept ||= []) << tuple }
    tested.receive(n: 1)

    expect(tested.advance(29.9).failed).to eq([])
    expect(tested.advance(3.2).failed).to eq([[1]])
    expect(tested.failures.map(&:error)).to eq([nil])
  end

  it "gets values instead of a tuple by on_values" do
    klass = bolt do
      output_fields :sum
      on_values { |a, b| a + b }
    end

    expect(component(klass).receive(a: 1, b: 2).emitted).to eq([[3]])
  end

  it "gets a batch when it is full or old enough, by on_batch" do
    klass = bolt do
      output_fields :size
      on_batch(max: 3, within: 0.2) { |tuples| [tuples.size] }
    end
    tested = component(klass, fields: [:n])

    expect(tested.receive_all([1, 2, 3, 4]).emitted).to eq([[3]])
    expect(tested.advance(0.19).emitted).to eq([])
    expect(tested.advance(0.02).emitted).to eq([[1]])
    expect(tested.acked.flatten).to eq([1, 2, 3, 4])
  end

  it "tells of a given value that could not travel, and goes on; strict: false lets it pass" do
    tested = receiving(:n) { |tuple| tuple[:n] }
    object = Object.new

    expect { tested.receive(n: object) }.to raise_error(Redgale::UnsupportedValue, /value\[0\] is of class Object/)
    expect(tested.receive(n: 2).emitted).to eq([[2]])
    same = bolt do
      output_fields :n
      on_receive { |tuple| tuple[:n] }
    end
    expect(component(same, strict: false).receive(n: object).emitted).to eq([[object]])
  end

  it "fails a tuple that it emits a value from that could not travel" do
    reply = receiving(:n) { |_tuple| Object.new }.receive(n: 1)

    expect(reply.error).to be_a(Redgale::UnsupportedValue)
    expect(reply.failed).to eq([[1]])
  end

  it "gets copies of what the test gives, deeply frozen" do
    given = { "list" => [+"a"] }
    got = nil
    receiving(:n) { |tuple| (got = tuple[:n]) && nil }.receive(n: given)

    expect(got).to eq(given)
    expect([got, got["list"], got["list"].first]).to all(be_frozen)
    expect([given, given["list"], given["list"].first].map(&:frozen?)).to eq([false] * 3)
  end

  it "is one thread's own" do
    tested = component(count, fields: [:word])

    expect { Thread.new { tested.receive("a") }.tap { |thread| thread.report_on_exception = false }.value }
      .to raise_error(Redgale::SimulationError, "a simulation runs on the thread that made it")
    expect(Fiber.new { tested.receive("a").emitted }.resume).to eq([["a", 1]])
  end

  it "runs around" do
    klass = bolt do
      output_fields :n
      on_receive { |tuple| tuple[:n] }
      around do |tuple, handler|
        log.info("before #{tuple[:n]}")
        handler.call
      end
    end
    reply = component(klass).receive(n: 4)

    expect(reply.logs.map(&:message)).to eq(["before 4"])
    expect(reply.emitted).to eq([[4]])
  end

  it "ticks" do
    klass = bolt do
      output_fields :n
      on_init { @n = 0 }
      on_receive { |tuple| @n += tuple[:n] and nil }
      tick every: 5
      on_tick { emit [@n] }
    end
    tested = component(klass, fields: [:n])
    tested.receive(n: 2)

    expect(tested.tick.emitted).to eq([[2]])
    expect(tested.tick(3).emitted).to eq([[2]] * 3)
    expect(tested.seconds).to eq(20)
    expect(tested.advance(4.9).emitted).to eq([])
    expect(tested.advance(0.1).emitted).to eq([[2]])
  end

  it "emits on several streams" do
    klass = bolt do
      output_fields :n
      stream :errors, :reason
      on_receive do |tuple|
        emit(["bad"], stream: :errors) if tuple[:n].zero?
        tuple[:n]
      end
    end
    reply = component(klass).receive(n: 0)

    expect(reply.emitted).to eq([[0]])
    expect(reply.emitted(:errors)).to eq([["bad"]])
    expect(reply.emitted_by_stream).to eq(default: [[0]], errors: [["bad"]])
  end

  it "emits to a task of a reader on a direct stream" do
    klass = bolt do
      stream :direct, :n, direct: true
      on_receive { |tuple| emit([tuple[:n]], stream: :direct, to: context.tasks(:store).last) }
    end
    tested = component(klass, readers: { store: 3 })

    expect(tested.receive(n: 1).emitted(:direct)).to eq([[1]])
    expect(tested.acked).to eq([[1]])
  end

  it "reads several inputs, and several streams of one" do
    klass = bolt do
      output_fields :from, :stream, :values
      on_receive { |tuple| [tuple.component, tuple.stream.to_s, tuple.values] }
    end
    tested = component(klass, inputs: { users: %i[id name], lines: { default: [:line], errors: [:reason] } })

    expect(tested.receive([1, "Ann"], from: :users).emitted).to eq([["users", "default", [1, "Ann"]]])
    expect(tested.receive("x", from: :lines).emitted).to eq([["lines", "default", ["x"]]])
    expect(tested.receive({ reason: "r" }, from: :lines, stream: :errors).emitted).to eq([["lines", "errors", ["r"]]])
  end

  it "gets tuples of the input and the stream that they can only be of" do
    klass = bolt do
      output_fields :from, :stream
      on_receive { |tuple| [tuple.component, tuple.stream.to_s] }
    end
    tested = component(klass, inputs: { users: %i[id name], lines: { errors: [:reason] } })

    expect(tested.receive(name: "Ann", id: 1).emitted).to eq([%w[users default]])
    expect(tested.receive(reason: "r").emitted).to eq([%w[lines errors]])
    expect(tested.receive("r", from: :lines).emitted).to eq([%w[lines errors]])
    expect(tested.receive("r", stream: :errors).emitted).to eq([%w[lines errors]])
  end

  it "can be looked at before its first tuple" do
    expect(component(count).inspect)
      .to eq("#<Redgale::Testing::TestedBolt `count_bolt`, which waits for its first tuple>")
  end

  it "gets constructor arguments, configuration and an id" do
    klass = bolt do
      output_fields :a, :b, :c
      define_method(:initialize) do |url:, timeout: 1|
        super()
        @url = url
        @timeout = timeout
      end
      on_receive { |_tuple| [@url, @timeout + config["more"], context.component_id] }
    end
    tested = component(klass, with: { url: "u" }, config: { "more" => 2 }, id: :http)

    expect(tested.receive(n: 1).emitted).to eq([["u", 3, "http"]])
  end

  it "understands what the block of a topology may say" do
    reply = component(count, fields: [:word]) { set "first", 10 }.receive("a")

    expect(reply.emitted).to eq([["a", 11]])
  end

  it "may be a plain class, whose fields the block names" do
    plain = define("Plain") { define_method(:execute) { |tuple| tuple[:n] * 2 } }

    expect(component(plain) { output_fields :n }.receive(n: 2).emitted).to eq([[4]])
  end

  it "is as a topology defines it, with topology:" do
    klass = count
    lines = spout("Lines") do
      output_fields :word
      on_send { "real" }
    end
    other = lines
    whole = topology do
      spout other, id: :other
      spout lines, id: :lines
      bolt(klass, id: :counted) { source :lines, fields: [:word] }
      configure { set "first", 5 }
    end

    expect(component(klass, topology: whole).receive("a").emitted).to eq([["a", 6]])
    expect(component(:counted, topology: whole, set: { "first" => 7 }).receive(word: "a").emitted).to eq([["a", 8]])
  end

  it "counts by metrics.counter, and the engine counts, too" do
    klass = bolt do
      output_fields :n
      on_receive do |tuple|
        metrics.counter(:seen).increment
        tuple[:n]
      end
    end
    tested = component(klass)
    2.times { |n| tested.receive(n: n) }

    expect(tested.counters).to eq(seen: 2)
    expect(tested.metrics).to include("executed" => 2, "emitted" => 2)
  end

  it "deactivates and closes" do
    told = []
    klass = bolt do
      on_receive { |_tuple| nil }
      on_close { told << :closed }
    end
    tested = component(klass)
    tested.receive(n: 1)
    tested.close
    tested.close

    expect(told).to eq([:closed])
    expect { tested.receive(n: 1) }.to raise_error(Redgale::SimulationError, "the simulation is closed")
  end

  it "can be looked at as itself" do
    tested = component(count)
    tested.receive(word: "a")

    expect(tested.instance).to be_a(count)
    expect(tested.instance.instance_variable_get(:@counts)).to eq("a" => 1)
  end
end
