# frozen_string_literal: true

require "red_storm/support/red_storm_run"

# What on_send returns: one example for each row of RedStorm's table.
RSpec.describe "What a spout of RedStorm's returns" do
  include RedStormRun

  # A spout that returns `output` once, then ends.
  def once(output, **options)
    told = []
    klass = define("Subject", RedStorm::DSL::Spout) do
      on_init { @outputs = [output] }
      on_send(options) { @outputs.empty? ? raise(StopIteration) : @outputs.shift }
      on_ack { |id| told << id }
    end
    [klass, told]
  end

  # The tuples that the bolt got, and the ids that were acked.
  def outcome(output, fields: [:value], **options)
    klass, told = once(output, **options)
    [run_spout(klass, fields: fields).rows, told]
  end

  it "nil and false: nothing, and the spout rests for 0.1 s" do
    [nil, false].each do |nothing|
      times = []
      klass = define("Subject", RedStorm::DSL::Spout) do
        on_send do
          times << Process.clock_gettime(Process::CLOCK_MONOTONIC)
          times.size == 3 ? raise(StopIteration) : nothing
        end
      end

      expect(run_spout(klass).rows).to eq([])
      expect(times.each_cons(2).map { |one, other| other - one }).to all(be >= 0.1)
    end
  end

  it('"a": emit(["a"])') { expect(outcome("a")).to eq([[["a"]], []]) }

  it('["a", "b"]: emit(["a", "b"])') { expect(outcome(%w[a b], fields: %i[x y])).to eq([[%w[a b]], []]) }

  it '[["a", "b"], ["c", "d"]]: one tuple of four values' do
    expect(outcome([%w[a b], %w[c d]], fields: %i[w x y z])).to eq([[%w[a b c d]], []])
  end

  it("a Hash is not flattened") { expect(outcome({ a: [1] })).to eq([[[{ a: [1] }]], []]) }

  it "[]: an empty tuple, harmless where nobody reads it" do
    klass, = once([])
    expect(run_spout(klass, fields: []).report["components"]["subject"]["emitted"]).to eq(1)

    expect(run_spout(once([]).first).report["exit_code"]).to eq(70)
  end

  it 'reliable [1, "x"]: emit(["x"], 1)' do
    expect(outcome([1, "x"], reliable: true)).to eq([[["x"]], [1]])
  end

  it "reliable [1, [2, [3]]]: emit([2, 3], 1)" do
    expect(outcome([1, [2, [3]]], reliable: true, fields: %i[x y])).to eq([[[2, 3]], [1]])
  end

  it "reliable 7: emit([], 7), acked at once where nobody reads it" do
    klass, told = once(7, reliable: true)
    run_spout(klass, fields: [])
    expect(told).to eq([7])
  end

  it "a nil message id means that the tuple is not tracked" do
    klass, told = once([nil, "x"], reliable: true)
    result = run_spout(klass)

    expect([result.rows, told, result.report["acked"]]).to eq([[["x"]], [], 0])
  end

  it "a message id may be anything else, false too" do
    expect(outcome([false, "x"], reliable: true)).to eq([[["x"]], [false]])
    expect(outcome([{ "a" => 1 }, "x"], reliable: true)).to eq([[["x"]], [{ "a" => 1 }]])
  end

  it "with `:emit => false` what is returned is ignored" do
    expect(outcome("a", emit: false)).to eq([[], []])
  end

  it "without :reliable nothing is tracked, and on_ack is not called" do
    klass, told = once("a")
    report = run_spout(klass).report

    expect([told, report["acked"], report["emitted"]]).to eq([[], 0, 1])
  end

  it "with num_ackers 0 a message id is acked at once, before emit returns" do
    order = []
    klass = define("Subject", RedStorm::DSL::Spout) do
      on_init { @left = 2 }
      on_send(emit: false) do
        raise StopIteration if (@left -= 1).negative?

        reliable_emit(@left, "x")
        order << :emitted
      end
      on_ack { |id| order << id }
    end
    run_spout(klass, config: { "topology.acker.executors" => 0 })
    expect(order).to eq([1, :emitted, 0, :emitted])

    order = []
    klass = define("Subject", RedStorm::DSL::Spout) do
      on_init { @ids = [1, 2, 3] }
      on_send(reliable: true) do
        order << :on_send
        @ids.empty? ? raise(StopIteration) : [@ids.shift, "x"]
      end
      on_ack { |id| order << id }
    end
    run_spout(klass, config: { "topology.acker.executors" => 0 })
    expect(order).to eq([:on_send, 1, :on_send, 2, :on_send, 3, :on_send])
  end

  it "the number of values is not looked at where nobody reads the stream" do
    klass, told = once([1, "a", "b"], reliable: true)
    result = run_spout(klass, fields: [:value], read: false)

    expect([result.report["exit_code"], told]).to eq([0, [1]])
  end

  it "a wrong number of values on a stream that is read ends the worker" do
    klass, = once(%w[a b])
    expect(run_spout(klass).report["exit_code"]).to eq(70)
  end
end
