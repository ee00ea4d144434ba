# frozen_string_literal: true

require "red_storm/support/red_storm_run"
require "red_storm/java/values"

RSpec.describe RedStorm::DSL::OutputCollector do
  include RedStormRun

  # What the bolt's collector emitted on stream default and on errors, and whether the input was acked.
  def outcome(&body)
    acked = []
    got = [[], []]
    first = source(["input"], acked, [])
    subject = define("Subject", RedStorm::DSL::Bolt) do
      output_fields :value, errors: [:reason]
      on_receive(emit: false) do |tuple|
        instance_exec(collector, tuple, &body)
        collector.ack(tuple)
      end
    end
    sinks = got.map { |rows| sink(rows) }
    run(topology do
      spout first
      bolt(subject) { source first, :shuffle }
      bolt(sinks[0], id: :one) { source subject, :shuffle }
      bolt(sinks[1], id: :two) { source subject, :shuffle, "errors" }
    end)
    [*got, acked]
  end

  { "emit(values)" => proc { |c, _| c.emit(["a"]) },
    "emit(Values)" => proc { |c, _| c.emit(RedStorm::Java::Values.new("a")) },
    "emit(anchor, values)" => proc { |c, tuple| c.emit(tuple, ["a"]) },
    "emit([anchors], values)" => proc { |c, tuple| c.emit([tuple], ["a"]) },
    "emit(stream, values)" => proc { |c, _| c.emit("default", ["a"]) },
    "emit(stream, anchor, values)" => proc { |c, tuple| c.emit("default", tuple, ["a"]) },
    "emit_tuple(values)" => proc { |c, _| c.emit_tuple(["a"]) },
    "emitTuple(values)" => proc { |c, _| c.emitTuple(["a"]) },
    "emit_anchor_tuple(tuple, values)" => proc { |c, tuple| c.emit_anchor_tuple(tuple, ["a"]) } }.each do |form, body|
    it("takes #{form}") { expect(outcome(&body)).to eq([[["a"]], [], [1]]) }
  end

  { "emit(stream, values)" => proc { |c, _| c.emit(:errors, ["a"]) },
    "emit(stream, [anchors], values)" => proc { |c, tuple| c.emit("errors", [tuple], ["a"]) },
    "emit_tuple_stream(stream, values)" => proc { |c, _| c.emit_tuple_stream("errors", ["a"]) },
    "emit_anchor_tuple_stream(stream, tuple, values)" =>
      proc { |c, tuple| c.emit_anchor_tuple_stream("errors", tuple, ["a"]) } }.each do |form, body|
    it("takes #{form} for another stream") { expect(outcome(&body)).to eq([[], [["a"]], [1]]) }
  end

  { "fail of a message" => proc { |c, _| c.fail("bad input") }, "ack of nil" => proc { |c, _| c.ack(nil) },
    "an anchor that is no tuple" => proc { |c, tuple| c.emit_anchor_tuple("a", [tuple]) } }.each do |what, body|
    it "raises at #{what}" do
      error = nil
      outcome do |collector, tuple|
        instance_exec(collector, tuple, &body)
      rescue TypeError => e
        error = e
      end
      expect(error&.message).to match(/takes a Redgale::Tuple|anchored to a tuple/)
    end
  end

  it "leaves the caller's Array as it is" do
    row = ["a"]
    outcome { |collector, _| collector.emit(row) }
    expect(row.frozen?).to be(false)
  end

  it "says which arguments it takes" do
    error = nil
    outcome do |collector, tuple|
      collector.emit("errors", tuple, 1, ["a"])
    rescue ArgumentError => e
      error = e.message
    end
    expect(error).to eq("emit takes [stream, ][anchors, ]values")
  end

  it "anchors: what is done with the emitted tuple decides about the input" do
    lost = define("Lost", RedStorm::DSL::Bolt) { on_receive(emit: false) { |tuple| collector.fail(tuple) } }
    decided = [proc { |c, t| c.emit([t], ["a"]) }, proc { |c, _| c.emit(["a"]) }].map do |body|
      ids = [[], []]
      first = source(["input"], *ids)
      subject = define("Subject", RedStorm::DSL::Bolt) do
        output_fields :value
        on_receive(emit: false) do |tuple|
          body.call(collector, tuple)
          ack(tuple)
        end
      end
      run(topology do
        spout first
        bolt(subject) { source first, :shuffle }
        bolt(lost) { source subject, :shuffle }
      end)
      ids
    end
    expect(decided).to eq([[[], [1]], [[1], []]])
  end

  it "emits directly to a task of a component that reads by :direct" do
    rows = []
    acked = []
    first = source([1, 2, 3], acked, [])
    subject = define("Subject", RedStorm::DSL::Bolt) do
      output_fields :value
      on_receive(emit: false) do |tuple|
        target = context.getComponentTasks("reader").last
        collector.emitDirect(target, tuple, [tuple[0]])
        ack(tuple)
      end
    end
    reader = define("Reader", RedStorm::DSL::Bolt) do
      on_receive(ack: true) { |tuple| rows << [context.this_task_index, tuple[0]] }
    end
    run(topology do
      spout first
      bolt(subject) { source first, :shuffle }
      bolt(reader, id: :reader, parallelism: 3) { source subject, :direct }
    end)
    expect([rows.sort, acked.sort]).to eq([[[2, 1], [2, 2], [2, 3]], [1, 2, 3]])
  end

  it "reports an error, and the worker goes on" do
    result = run_bolt(ack: true) do |tuple|
      collector.reportError(RuntimeError.new("seen"))
      tuple[0]
    end
    expect([result.acked, result.report["exit_code"]]).to eq([[1], 0])
  end

  describe "after the end" do
    it "does nothing in on_close, and the run ends well" do
      klass = define("Subject", RedStorm::DSL::Bolt) do
        on_receive(ack: true) { |tuple| (@last = tuple) && tuple[0] }
        on_close do
          unanchored_emit("late")
          anchored_emit(@last, "late")
          ack(@last)
          self.fail(@last)
        end
      end
      result = run_bolt(klass)
      expect([result.rows, result.report["exit_code"]]).to eq([[["input"]], 0])
    end

    it "ends threads of the user's own that still emit, quietly" do
      threads = []
      klass = define("Subject", RedStorm::DSL::Spout) do
        output_fields :value
        on_init do
          threads << Thread.new do
            Thread.current.abort_on_exception = true
            loop { emit("more") }
          end
        end
        on_send(emit: false) { nil }
        on_close { threads.first.join }
      end
      report = run_spout(klass, timeout: 0.2).report

      expect([report["exit_code"], threads.first.join(5)&.status]).to eq([0, false])
    end
  end

  describe RedStorm::DSL::SpoutOutputCollector do
    # What a spout's collector emitted, and the ids that were acked.
    def outcome(&body)
      told = []
      klass = define("Subject", RedStorm::DSL::Spout) do
        output_fields :value
        on_init { @left = 1 }
        on_send(emit: false) { (@left -= 1).zero? ? body.call(collector) : raise(StopIteration) }
        on_ack { |id| told << id }
      end
      [run_spout(klass).rows, told]
    end

    { "emit(values)" => [proc { |c| c.emit(["a"]) }, []],
      "emit(values, id)" => [proc { |c| c.emit(["a"], 5) }, [5]],
      "emit(values, nil)" => [proc { |c| c.emit(["a"], nil) }, []],
      "emit(stream, values)" => [proc { |c| c.emit("default", ["a"]) }, []],
      "emit(stream, values, id)" => [proc { |c| c.emit(:default, ["a"], 5) }, [5]],
      "emit_tuple(values)" => [proc { |c| c.emit_tuple(["a"]) }, []] }.each do |form, (body, ids)|
      it("takes #{form}") { expect(outcome(&body)).to eq([[["a"]], ids]) }
    end

    it "says which arguments it takes" do
      error = nil
      outcome do |collector|
        collector.emit(["a"], 5, 6)
      rescue ArgumentError => e
        error = e.message
      end
      expect(error).to eq("emit takes [stream, ]values[, message id]")
    end
  end
end
