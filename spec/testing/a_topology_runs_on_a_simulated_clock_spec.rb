# frozen_string_literal: true

require "support/kit"

RSpec.describe "A topology on a simulated clock" do
  include Kit

  let(:numbers) do
    spout("Numbers") do
      output_fields :n
      on_send { nil }
      on_activate { log.info("on") }
      on_deactivate { log.info("off") }
    end
  end

  # One bolt, named "subject", that reads `numbers`.
  def around(klass, &configure)
    from = numbers
    topology do
      spout from
      bolt(klass, id: :subject) { source from, :shuffle }
      configure(&configure) if configure
    end
  end

  def sum
    bolt("Sum") do
      output_fields :sum
      on_init { @sum = 0 }
      on_receive { |tuple| @sum += tuple[:n] and nil }
      tick every: 1
      on_tick { emit [@sum] }
    end
  end

  it "ticks as time passes, and only then" do
    simulate(around(sum), numbers => []) do |t|
      expect(t.feed(numbers, [1, 2])[:subject]).to eq([])
      expect(t.advance(0.9)[:subject]).to eq([])
      expect(t.advance(0.1)[:subject]).to eq([[3]])
      t.feed numbers, [4]
      expect(t.advance(2)[:subject]).to eq([[7], [7]])
      expect(t[:subject]).to eq([[3], [7], [7]])
      expect(t.seconds).to eq(3)
    end
  end

  it "runs a block in the place of a bolt that ticks" do
    simulate(around(sum), numbers => Redgale::Testing::Feeder, subject: ->(tuple) { tuple[:n] }) do |t|
      t.feed numbers, [1]
      expect(t.advance(5).errors).to eq([])
      expect(t[:subject]).to eq([[1]])
    end
  end

  it "does not sleep" do
    took = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    ticks = simulate(around(sum), numbers => []) { |t| t.advance(3600)[:subject].size }

    expect(ticks).to eq(3600)
    expect(Process.clock_gettime(Process::CLOCK_MONOTONIC) - took).to be < 60
  end

  it "does not drift over many small steps" do
    ticks = simulate(around(sum), numbers => []) do |t|
      1_000.times { t.advance(0.01) }
      t[:subject].size
    end

    expect(ticks).to eq(10)
  end

  it "emits failed tuples again with growing pauses" do
    seen = []
    own = spout("Own") do
      output_fields :n
      on_send { @done ? nil : (@done = 7) }
    end
    fails = bolt("Fails") { on_receive { |tuple| seen << tuple[:n] and raise "no" } }
    failing = topology do
      spout own
      bolt(fails) { source own, :shuffle }
    end
    simulate(failing) do |t|
      at = Array.new(600) { t.advance(0.1).errors.size.positive? ? t.seconds : nil }.compact
      gaps = at.each_cons(2).map { |one, other| other - one }
      expect(gaps.size).to be > 4
      expect(gaps.last).to be > 4 * gaps.first
      expect(t.retries.size).to eq(seen.size)
      expect(t.failed).to eq([])
    end
  end

  it "times out what nobody acks" do
    keeps = bolt { on_receive(ack: false) { |tuple| (@kept ||= []) << tuple } }
    whole = around(keeps) { message_timeout_secs 10 }
    simulate(whole, numbers => [1]) do |t|
      expect(t.advance(9.9).pending).to eq([[1]])
      expect(t.advance(1.2).failed).to eq([[1]])
      expect(t.pending(numbers)).to eq([])
    end
  end

  it "hands on a batch when it is old enough" do
    sizes = bolt do
      output_fields :size
      on_batch(max: 100, within: 0.5) { |tuples| [tuples.size] }
    end
    simulate(around(sizes), numbers => []) do |t|
      t.feed numbers, [1, 2, 3]
      expect(t.advance(0.49)[:subject]).to eq([])
      expect(t.advance(0.02)[:subject]).to eq([[3]])
      expect(t.acked).to eq([[1], [2], [3]])
    end
  end

  it "feeds by stream and to a task" do
    from = spout("Two") do
      stream :odd, :n
      stream :direct, :n, direct: true
      on_send { nil }
    end
    to = bolt("Where") do
      output_fields :stream, :n, :task
      on_receive { |tuple| [tuple.stream.to_s, tuple[:n], context.task_id] }
    end
    whole = topology do
      spout from
      bolt(to, parallelism: 2) do
        source from, :shuffle, stream: :odd
        source from, :direct, stream: :direct
      end
    end
    simulate(whole, from => []) do |t|
      expect(t.feed(from, [1], stream: :odd)[to].map { |row| row.first(2) }).to eq([["odd", 1]])
      task = t.instances(to).last.context.task_id
      expect(t.feed(from, [2], stream: :direct, to: task)[to]).to eq([["direct", 2, task]])
    end
  end

  it "feeds any number of tuples in no time, but for what max_spout_pending holds back" do
    doubles = bolt do
      output_fields :n
      on_receive { |tuple| tuple[:n] * 2 }
    end
    simulate(around(doubles), numbers => []) do |t|
      expect(t.feed(numbers, 1..5_000)[:subject].size).to eq(5_000)
      expect([t.seconds, t.acked.size]).to eq([0, 5_000])
    end

    keeps = bolt { on_receive(ack: false) { |tuple| (@kept ||= []) << tuple } }
    simulate(around(keeps) { max_spout_pending 10 }, numbers => []) do |t|
      expect(t.feed(numbers, 1..15).pending.size).to eq(10)
      t.instance(:subject).then { |bolt| bolt.instance_variable_get(:@kept).shift(3).each { |tuple| bolt.ack(tuple) } }
      expect(t.settle.acked.flatten).to eq([1, 2, 3])
      expect(t.pending.flatten).to eq((4..13).to_a)
    end
  end

  it "finishes feeders, and with them the topology" do
    simulate(around(sum), numbers => [1]) do |t|
      expect(t).not_to be_finished
      t.finish numbers
      expect(t).to be_finished
      expect(t.acked).to eq([[1]])
    end
  end

  it "deactivates and activates" do
    own = spout("Own") do
      output_fields :n
      on_send { (@asked = !@asked) ? 1 : nil }
      on_activate { log.info("on") }
      on_deactivate { log.info("off") }
    end
    simulate(topology { spout own }) do |t|
      expect(t.logs.map(&:message)).to eq(%w[on])
      expect(t.deactivate.logs.map(&:message)).to eq(%w[off])
      expect(t.advance(5)[own]).to eq([])
      expect(t.activate.logs.map(&:message)).to eq(%w[on])
      expect(t.advance(1)[own].size).to be > 0
      expect(t.close.logs.map(&:message)).to eq(%w[off])
    end
  end

  it "calls bolts on the calling thread, in the same order each time" do
    threads = []
    notes = bolt do
      output_fields :n
      on_receive { |tuple| (threads << Thread.current) && tuple[:n] }
    end
    runs = Array.new(2) do
      simulate(around(notes), numbers => (1..50).to_a) { |t| t.advance(1).equal?(nil) || t[:subject] }
    end

    expect(threads.uniq).to eq([Thread.current])
    expect(runs.first).to eq((1..50).map { |n| [n] })
    expect(runs.last).to eq(runs.first)
  end

  it "collects errors and goes on" do
    odd = bolt do
      output_fields :n
      on_receive { |tuple| tuple[:n].odd? ? raise(ArgumentError, "odd") : tuple[:n] }
    end
    simulate(around(odd), numbers => []) do |t|
      reply = t.feed(numbers, [1, 2])

      expect(reply.errors.map(&:message)).to eq(["odd"])
      expect(reply.failed).to eq([[1]])
      expect(reply[:subject]).to eq([[2]])
    end
  end

  it "ends with the worker: what user code gave to exit is told, and the test run goes on" do
    leaves = bolt { on_receive { |_tuple| exit 4 } }
    simulate(around(leaves), numbers => []) do |t|
      expect { t.feed(numbers, [1]) }
        .to raise_error(Redgale::Testing::WorkerEnded,
                        "`subject` ended the worker: SystemExit: exit (exit code 4)") do |e|
        expect([e.status, e.cause.class]).to eq([4, SystemExit])
      end
      expect do
        t.advance(1)
      end.to raise_error(Redgale::SimulationError, /the simulation is over: `subject` ended the worker/)
    end
  end

  it "ends at an exit of on_init, before anything runs" do
    leaves = bolt do
      on_init { exit 5 }
      on_receive { |_tuple| nil }
    end

    expect { simulate(around(leaves), numbers => []) }.to raise_error(Redgale::Testing::WorkerEnded, /exit code 5/)
  end

  it "raises what on_init raises" do
    broken = bolt do
      on_init { raise IOError, "no file" }
      on_receive { |_tuple| nil }
    end

    expect { simulate(around(broken), numbers => []) }.to raise_error(IOError, "no file")
  end

  it "raises what ends the worker by error_policy :die" do
    dies = bolt do
      error_policy :die
      on_receive { |_tuple| raise ArgumentError, "fatal" }
    end

    simulate(around(dies), numbers => []) do |t|
      expect { t.feed(numbers, [1]) }.to raise_error(ArgumentError, "fatal")
    end
  end

  it "lets an expectation inside of a component fail the test" do
    example = self
    expects = bolt { on_receive { |tuple| example.expect(tuple[:n]).to example.eq(2) } }
    simulate(around(expects), numbers => []) do |t|
      expect { t.feed(numbers, [1]) }.to raise_error(RSpec::Expectations::ExpectationNotMetError, /expected: 2/)
    end
  end

  it "refuses to be moved by a handler" do
    simulation = nil
    moves = bolt { on_receive { |_tuple| simulation.advance(1) } }
    simulate(around(moves), numbers => []) do |t|
      simulation = t
      expect { t.feed(numbers, [1]) }
        .to raise_error(Redgale::SimulationError, "a handler cannot move the simulation that runs it")
      expect(t.advance(1).seconds).to eq(1)
    end
  end

  it "refuses to be closed by a handler" do
    simulation = nil
    closes = bolt { on_receive { |_tuple| simulation.close } }
    simulation = simulate(around(closes), numbers => [])

    expect { simulation.feed(numbers, [1]) }.to raise_error(Redgale::SimulationError, /a handler cannot move/)
    expect(simulation.advance(1).seconds).to eq(1)
    simulation.close
  end

  it "may run beside another one, also inside of a handler" do
    inner = around(sum)
    from = numbers
    runs = bolt do
      output_fields :ticks
      on_receive do |tuple|
        Redgale::Testing.simulate(inner, from => []) { |t| t.advance(tuple[:n])[:subject].size }
      end
    end
    simulate(around(runs), numbers => []) { |t| expect(t.feed(numbers, [3])[:subject]).to eq([[3]]) }
  end

  it "is closed after its block, and without one by the test" do
    closed = []
    klass = bolt do
      on_receive { |_tuple| nil }
      on_close { closed << 1 }
    end
    kept = nil
    expect(simulate(around(klass), numbers => []) { |t| (kept = t) && :result }).to eq(:result)
    expect(closed).to eq([1])
    expect { kept.advance(1) }.to raise_error(Redgale::SimulationError, "the simulation is closed")

    simulation = simulate(around(klass), numbers => [])
    simulation.advance(1)
    simulation.close
    expect(closed).to eq([1, 1])
  end

  it "is closed when its block raises, and that is what is told" do
    closed = []
    klass = bolt do
      on_receive { |_tuple| nil }
      on_close { closed << 1 }
    end

    expect { simulate(around(klass), numbers => []) { raise KeyError, "mine" } }.to raise_error(KeyError, "mine")
    expect(closed).to eq([1])
  end

  it "gives what runs a component" do
    simulate(around(sum), numbers => [5]) do |t|
      expect(t.instance(:subject).instance_variable_get(:@sum)).to eq(5)
      expect(t.instances(:subject).size).to eq(1)
    end
  end
end
