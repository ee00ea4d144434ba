# frozen_string_literal: true

require "red_storm/support/red_storm_run"

RSpec.describe RedStorm::DSL::Tuple do
  include RedStormRun

  # A spout that emits these values once.
  def once(*values)
    define("Source", RedStorm::DSL::Spout) do
      output_fields(*("a"..).first(values.size))
      on_init { @left = 1 }
      on_send(emit: false) { (@left -= 1).zero? ? emit(*values) : raise(StopIteration) }
    end
  end

  # What the block gives for a tuple with these values (fields a, b, ...), or what it raises.
  def ask(*values, &question)
    answer = nil
    spout = once(*values)
    asking = define("Asking", RedStorm::DSL::Bolt) do
      on_receive(emit: false) do |tuple|
        answer = begin
          question.call(tuple)
        rescue StandardError => e
          e
        end
      end
    end
    run(topology do
      spout spout
      bolt(asking) { source spout, :global }
    end)
    answer
  end

  it "gives values by position, by String and by Symbol" do
    expect(ask("x", 2) { |t| [t[0], t[1], t["a"], t[:b], t.value(0), t.value("b")] }).to eq(["x", 2, "x", 2, "x", 2])
  end

  it "raises TupleError for any other key" do
    error = ask("x") { |t| t[1.5] }
    expect([error.class, error.message])
      .to eq([RedStorm::DSL::TupleError, "unsupported tuple index class=Float for 1.5"])
    expect(ask("x") { |t| t.value(nil) }.message).to eq("unsupported tuple index class=NilClass for nil")
  end

  it "raises for a position or a field that there is not" do
    error = ask("x", 1) { |t| t[2] }
    expect([error.class, error.message]).to eq([RedStorm::Java::IndexOutOfBoundsException, "Index: 2, Size: 2"])
    error = ask("x") { |t| t[:z] }
    expect([error.class, error.message]).to eq([RedStorm::Java::IllegalArgumentException, "z does not exist"])
    expect(ask("x") { |t| t["z"] }).to be_a(ArgumentError)
  end

  it "knows all values" do
    expect(ask("x", nil) { |t| [t.values, t.getValues, t.get_values, t.size] })
      .to eq([["x", nil], ["x", nil], ["x", nil], 2])
  end

  it "knows the position of a field, and whether there is one" do
    expect(ask(1, 2) { |t| [t.field_index("b"), t.field_index(:a), t.fieldIndex("a")] }).to eq([1, 0, 0])
    expect(ask(1) { |t| t.field_index("z") }).to be_a(RedStorm::Java::IllegalArgumentException)
    expect(ask(1) { |t| [t.contains?("a"), t.contains?(:a), t.contains("z")] }).to eq([true, true, false])
  end

  it "has Java's accessors, in camelCase and snake_case, by position and by field" do
    expect(ask("x", 2, 1.5, true) do |t|
      [t.getString(0), t.get_string(0), t.getLong(1), t.getInteger(1), t.getShort(1), t.getByte(1), t.getDouble(2),
       t.getFloat(2), t.getBoolean(3), t.getBinary(0), t.getValue(1), t.get_value(1)]
    end).to eq(["x", "x", 2, 2, 2, 2, 1.5, 1.5, true, "x", 2, 2])
    expect(ask("x", 2) { |t| [t.getStringByField("a"), t.get_long_by_field(:b), t.getValueByField("b")] })
      .to eq(["x", 2, 2])
  end

  it "raises where a value is of another type than its accessor says; nil passes" do
    expect(ask(2) { |t| t.getString(0) }).to be_a(RedStorm::Java::ClassCastException)
    expect(ask("x") { |t| t.getLong(0) }.message).to eq('String cannot be cast to long: "x"')
    expect(ask(nil) { |t| t.getString(0) }).to be_nil
    expect(ask("x") { |t| t.getString(1) }).to be_a(RedStorm::Java::IndexOutOfBoundsException)
  end

  it "gives its fields, and the values of some" do
    expect(ask(1, 2) { |t| [t.fields.to_a, t.getFields.get(1), t.get_fields.size] }).to eq([%w[a b], "b", 2])
    expect(ask(1, 2) { |t| t.select(RedStorm::Java::Fields.new("b", "a")) }).to eq([2, 1])
  end

  it "knows where it comes from" do
    expect(ask(1) do |t|
      [t.source_component, t.getSourceComponent, t.source_task, t.get_source_task, t.source_stream_id,
       t.getSourceStreamId, t.getSourceGlobalStreamid.component_id, t.source_global_streamid.getStreamId]
    end).to eq(["source", "source", 2, 2, "default", "default", "source", "default"])
    expect(ask(1, &:getMessageId)).to eq({})
  end

  it "writes itself as Storm does" do
    expect(ask("x", 2, &:to_s)).to eq("source: source:2, stream: default, id: {}, [x, 2]")
  end

  it "gives a String that belongs to the reader" do
    texts = []
    word = +"word"
    asking = define("Asking", RedStorm::DSL::Bolt) do
      on_receive(emit: false) do |tuple|
        texts << (tuple[0] << "!") << (tuple.getString(:value) << "?") << (tuple.values[0] << ".")
      end
    end
    spout = define("Source", RedStorm::DSL::Spout) do
      output_fields :value
      on_init { @left = 1 }
      on_send { (@left -= 1).zero? ? word : raise(StopIteration) }
    end
    run(topology do
      spout spout
      bolt(asking, id: :one) { source spout, :global }
      bolt(asking, id: :two) { source spout, :global }
    end)

    expect([texts.sort, word]).to eq([["word!", "word!", "word.", "word.", "word?", "word?"], "word"])
  end

  it "gives a frozen String as one that can be changed, also where Strings are handed over" do
    texts = []
    acked = []
    first = source(["a"], acked, [])
    middle = define("Middle", RedStorm::DSL::Bolt) do
      output_fields :word
      on_receive(ack: true, anchor: true) { [[:symbol.name], ["literal"], [+"own"]] }
    end
    last = define("Last", RedStorm::DSL::Bolt) do
      on_receive(emit: false) do |tuple|
        texts << (tuple[:word] << "!")
        ack(tuple)
      end
    end
    run(topology do
      spout first
      bolt(middle) { source first, :global }
      bolt(last) { source middle, :global }
    end)

    expect([texts, acked]).to eq([%w[symbol! literal! own!], [1]])
  end

  it "gives any other value as it was emitted" do
    value = Struct.new(:name).new("by reference")
    expect(ask(value, { a: 1 }) { |t| [t[0].equal?(value), t[1][:a]] }).to eq([true, 1])
  end

  it "stays usable by pattern matching" do
    expect(ask(1, "x") do |t|
      t => { a:, b: }
      [a, b, t.to_h]
    end).to eq([1, "x", { a: 1, b: "x" }])
  end

  describe RedStorm::DSL::TickTuple do
    it "comes every topology.tick.tuple.freq.secs, from __system" do
      ticks = []
      acked = []
      ticking = define("Ticking", RedStorm::DSL::Bolt) do
        configure { set "topology.tick.tuple.freq.secs", 0.02 }
        on_receive(ack: true, anchor: true) do |tuple|
          ticks << [tuple.source_component, tuple.getSourceStreamId, tuple[0], tuple.values] unless
            tuple.is_a?(Redgale::Tuple)
          nil
        end
      end
      first = source(["a"], acked, [])
      run(topology do
        spout first
        bolt(ticking) { source first, :global }
      end)

      expect(ticks).not_to be_empty
      expect(ticks.first).to eq(["__system", "__tick", 0.02, [0.02]])
    end

    it "has the methods of any tuple" do
      tick = described_class.new(5)
      expect([tick.getLong(0), tick.get_value_by_field("rate_secs"), tick.contains?(:rate_secs), tick.size,
              tick.getMessageId, tick.source_global_streamid.stream_id]).to eq([5, 5, true, 1, {}, "__tick"])
      expect(tick.to_s).to eq("source: __system:-1, stream: __tick, id: {}, [5]")
      expect { tick[1] }.to raise_error(RedStorm::Java::IndexOutOfBoundsException)
      expect { tick[1.5] }.to raise_error(RedStorm::DSL::TupleError)
    end

    it "can be answered: what is returned is emitted, unanchored" do
      got = []
      ticking = define("Ticking", RedStorm::DSL::Bolt) do
        output_fields :text
        on_receive(ack: true, anchor: true, &:source_component)
      end
      first = source(["a"], [], [])
      sink = sink(got)
      run(topology do
        spout first
        bolt(ticking) do
          source first, :global
          set "topology.tick.tuple.freq.secs", 0.02
        end
        bolt(sink) { source ticking, :global }
      end, { "topology.message.timeout.secs" => 30 }, timeout: 0.3)

      expect(got.uniq.sort).to eq([["__system"], ["source"]])
    end

    it "is for bolts only: a spout may have the key, and gets none" do
      acked = []
      first = source(%w[a b], acked, [])
      rows = []
      last = sink(rows)
      report = run(topology do
        spout(first) { set "topology.tick.tuple.freq.secs", 0.001 }
        bolt(last) { source first, :global }
      end)
      expect([acked, report["exit_code"]]).to eq([[1, 2], 0])
    end

    it "raises as a tuple does for what it has not" do
      tick = described_class.new(5)
      expect(tick.value(0)).to eq(5)
      expect { tick[1] }.to raise_error(RedStorm::Java::IndexOutOfBoundsException)
      expect { tick["word"] }.to raise_error(RedStorm::Java::IllegalArgumentException)
      expect(tick.to_s).to eq("source: __system:-1, stream: __tick, id: {}, [5]")
    end
  end
end
