# frozen_string_literal: true

require "support/kit"

RSpec.describe "A spout that runs by itself" do
  include Kit

  let(:numbers) do
    spout("Numbers") do
      output_fields :n
      on_init { @n = config.fetch("first", 0) }
      on_send { @n += 1 }
    end
  end

  let(:reliable) do
    spout("Reliable") do
      output_fields :n
      on_init { @n = 0 }
      on_send(reliable: true) { ["id#{@n += 1}", @n] }
      on_ack { |id| log.info("acked #{id}") }
      on_fail { |id| log.info("failed #{id}") }
    end
  end

  it "emits as often as it is asked" do
    tested = component(numbers, config: { "first" => 5 })

    expect(tested.emitted).to eq([])
    expect(tested.ask.emitted).to eq([[6]])
    expect(tested.ask(3).emitted).to eq([[7], [8], [9]])
    expect(tested.pending).to eq([[6], [7], [8], [9]])
  end

  it "is not asked by the passing of time" do
    tested = component(numbers)

    expect(tested.advance(10).emitted).to eq([])
  end

  it "may have nothing right now" do
    klass = spout do
      output_fields :n
      on_init { @n = 0 }
      on_send { (@n += 1).even? ? @n : nil }
    end
    tested = component(klass)

    expect(Array.new(4) { tested.ask.emitted }).to eq([[], [[2]], [], [[4]]])
  end

  it "hears of acks by the id it gave" do
    tested = component(reliable)
    tested.ask(2)
    expect(tested.pending_ids).to eq(%w[id1 id2])

    reply = tested.ack("id2")
    expect(reply.acked).to eq([[2]])
    expect(reply.logs.map(&:message)).to eq(["acked id2"])
    expect(tested.pending_ids).to eq(%w[id1])
  end

  it "hears of failures, and owns its replay" do
    tested = component(reliable)
    tested.ask
    reply = tested.fail("id1")

    expect(reply.failed).to eq([[1]])
    expect(reply.failures.map(&:id)).to eq(["id1"])
    expect(reply.logs.map(&:message)).to eq(["failed id1"])
    expect(tested.advance(60).replayed).to eq([])
  end

  it "hears of timeouts" do
    tested = component(reliable)
    tested.ask

    expect(tested.advance(34).logs.map(&:message)).to eq(["failed id1"])
  end

  it "is acked and failed by values, by name and by a bare value" do
    tested = component(numbers)
    tested.ask(3)

    expect(tested.ack([1]).acked).to eq([[1]])
    expect(tested.ack(n: 2).acked).to eq([[2]])
    expect(tested.ack(3).acked).to eq([[3]])
  end

  it "has its failed tuples emitted again by the engine, after a back-off" do
    tested = component(numbers)
    tested.ask
    reply = tested.fail([1])

    expect(reply.retries.map(&:values)).to eq([[1]])
    expect(reply.failed).to eq([])
    expect(tested.advance(0.04).replayed).to eq([])
    expect(tested.advance(0.2).replayed).to eq([[1]])
    expect(tested.ack([1]).acked).to eq([[1]])
    expect(tested.emitted).to eq([[1]])
  end

  it "gives up after max_retries" do
    klass = spout do
      output_fields :n
      on_send { 1 }
      max_retries 1
      on_give_up { |values, error| log.warn("#{values} #{error.class}") }
    end
    tested = component(klass)
    tested.ask
    tested.fail(1)
    tested.advance(1)
    reply = tested.fail(1)

    expect(reply.failed).to eq([[1]])
    expect(reply.logs.map(&:message)).to eq(["[1] Redgale::GivenUp"])
  end

  it "says that a failed tuple was not emitted again yet" do
    tested = component(numbers)
    tested.ask
    tested.fail(1)

    expect { tested.fail(1) }.to raise_error(ArgumentError, "1 failed, and was not emitted again yet: let time pass")
  end

  it "finishes" do
    klass = spout do
      output_fields :n
      on_init { @rest = [1].each }
      on_send { @rest.next }
    end
    tested = component(klass)
    expect(tested.ask(5).emitted).to eq([[1]])

    expect(tested).to be_finished
    expect(tested.ask.emitted).to eq([])
  end

  it "finishes by itself, with topology: too" do
    klass = spout do
      output_fields :n
      on_send { finish }
    end
    other = numbers
    whole = topology do
      spout klass, id: :ends
      spout other
    end
    tested = component(:ends, topology: whole)
    tested.ask

    expect(tested).to be_finished
    expect(tested.emissions).to eq([])
  end

  it "raises, is told, and is asked again" do
    klass = spout do
      output_fields :n
      on_init { @n = 0 }
      on_send { (@n += 1) == 1 ? raise("down") : @n }
      on_error { |error, _tuple| log.error(error.message) }
    end
    tested = component(klass)
    reply = tested.ask(2)

    expect(reply.errors.map(&:message)).to eq(["down"])
    expect(reply.logs.map(&:message)).to eq(["down"])
    expect(reply.emitted).to eq([[2]])
  end

  it "emits on several streams, by hand" do
    klass = spout do
      output_fields :n
      stream :odd, :n
      on_init { @n = 0 }
      on_send(emit: false) { (@n += 1).odd? ? emit([@n], stream: :odd) : emit([@n]) }
    end
    reply = component(klass).ask(3)

    expect(reply.emitted_by_stream).to eq(odd: [[1], [3]], default: [[2]])
  end

  it "is not asked while max_spout_pending tuples are pending" do
    tested = component(numbers, config: { max_spout_pending: 2 })

    expect(tested.ask(5).emitted).to eq([[1], [2]])
    tested.ack(1)
    expect(tested.ask(5).emitted).to eq([[3]])
  end

  it "ticks, activates and deactivates" do
    klass = spout do
      output_fields :n
      on_send { nil }
      tick every: 2
      on_tick { log.info("tick") }
      on_activate { log.info("on") }
      on_deactivate { log.info("off") }
    end
    tested = component(klass)

    expect(tested.tick(2).logs.map(&:message)).to eq(%w[tick tick])
    expect(tested.deactivate.logs.map(&:message)).to eq(%w[off])
    expect(tested.activate.logs.map(&:message)).to eq(%w[on])
  end

  it "may be a plain class" do
    plain = define("Plain") { define_method(:next_tuple) { 3 } }

    expect(component(plain) { output_fields :n }.ask.emitted).to eq([[3]])
  end

  it "is as a topology defines it, with topology:" do
    klass = numbers
    sink = bolt("Sink") { on_receive { |_tuple| raise "not run" } }
    whole = topology do
      spout klass, id: :counted
      spout klass, id: :other
      bolt(sink) do
        source :counted, :shuffle
        source :other, :shuffle
      end
      configure { set "first", 41 }
    end
    tested = component(:counted, topology: whole)

    expect(tested.ask.emitted).to eq([[42]])
    expect(tested.ack(42).acked).to eq([[42]])
    expect(tested).not_to be_finished
  end
end
