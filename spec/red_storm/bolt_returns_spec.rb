# frozen_string_literal: true

require "red_storm/support/red_storm_run"

# What on_receive returns: one example for each row of RedStorm's table.
RSpec.describe "What a bolt of RedStorm's returns" do
  include RedStormRun

  # [values that the next bolt got, whether the input was acked], with :ack and :anchor.
  def outcome(output, fields: [:value], **options)
    result = run_bolt(fields: fields, ack: true, anchor: true, **options) { |_tuple| output }
    [result.rows, result.acked == [1]]
  end

  it("nil: nothing, not acked even with :ack") { expect(outcome(nil)).to eq([[], false]) }

  it("false: nothing, not acked even with :ack") { expect(outcome(false)).to eq([[], false]) }

  it "anything with `:emit => false`: nothing, :ack is ignored" do
    expect(outcome("a", emit: false)).to eq([[], false])
    expect(outcome(["a"], emit: false)).to eq([[], false])
    expect(outcome(nil, emit: false)).to eq([[], false])
  end

  it "an Array that it keeps and changes: what it was" do
    kept = []
    result = run_bolt(values: %w[a b c], ack: true, anchor: true) { |_| kept.replace([kept.first.to_i + 1]) }
    expect(result.rows).to eq([[1], [2], [3]])
  end

  it "a scalar or a Hash: one tuple of one value" do
    expect(outcome("a")).to eq([[["a"]], true])
    expect(outcome(7)).to eq([[[7]], true])
    expect(outcome(:a)).to eq([[[:a]], true])
    expect(outcome({ a: [1] })).to eq([[[{ a: [1] }]], true])
  end

  it("[a, b]: one tuple") { expect(outcome(%w[a b], fields: %i[x y])).to eq([[%w[a b]], true]) }

  it("[[a], [b]]: two tuples") { expect(outcome([["a"], ["b"]])).to eq([[["a"], ["b"]], true]) }

  it '[["a"], "b"]: two tuples of one value; only the first element decides' do
    expect(outcome([["a"], "b"])).to eq([[["a"], ["b"]], true])
  end

  it '["a", ["b"]]: one tuple with an Array as value' do
    expect(outcome(["a", ["b"]], fields: %i[x y])).to eq([[["a", ["b"]]], true])
  end

  it("[nil]: one tuple with nil") { expect(outcome([nil])).to eq([[[nil]], true]) }

  [[], [[]]].each do |empty|
    it "#{empty}: one empty tuple, acked; it is harmless where nobody reads it" do
      expect(run_bolt(fields: [], ack: true, anchor: true) { empty }.acked).to eq([1])
    end

    it "#{empty}: an empty tuple does not fit the fields of a stream that is read: the worker dies" do
      result = run_bolt(ack: true) { empty }

      expect([result.rows, result.acked, result.report["exit_code"]]).to eq([[], [], 70])
    end
  end

  it "without :ack nothing is acked, whatever is returned" do
    expect(outcome("a", ack: false)).to eq([[["a"]], false])
    expect(outcome([["a"], "b"], ack: false)).to eq([[["a"], ["b"]], false])
  end

  it "a truthy :ack or :emit counts as true, a nil one as false" do
    expect(outcome("a", ack: 1)).to eq([[["a"]], true])
    expect(outcome("a", emit: nil)).to eq([[], false])
  end

  it "the number of values is not looked at where nobody reads the stream" do
    result = run_bolt(fields: [:value], read: false, ack: true, anchor: true) { %w[a b c] }
    expect([result.acked, result.report["exit_code"]]).to eq([[1], 0])

    expect(run_bolt(fields: [], ack: true) { [%w[a b], "c"] }.acked).to eq([1])
  end

  it "a wrong number of values on a stream that is read ends the worker" do
    expect(run_bolt(ack: true) { %w[a b] }.report["exit_code"]).to eq(70)
  end

  it "with :anchor the input is done when what was emitted is; without, when it is acked" do
    lost = define("Lost", RedStorm::DSL::Bolt) { on_receive(emit: false) { |tuple| self.fail(tuple) } }
    acked = [true, false].map do |anchor|
      ids = [[], []]
      first = source(["a"], *ids)
      middle = define("Middle", RedStorm::DSL::Bolt) do
        output_fields :value
        on_receive(ack: true, anchor: anchor) { |tuple| tuple[0] }
      end
      run(topology do
        spout first
        bolt(middle) { source first, :shuffle }
        bolt(lost) { source middle, :shuffle }
      end)
      ids
    end

    expect(acked).to eq([[[], [1]], [[1], []]])
  end
end
