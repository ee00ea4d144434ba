# frozen_string_literal: true

require "red_storm/support/red_storm_run"

# The named streams of RedStorm's forks.
RSpec.describe "Named streams" do
  include RedStormRun

  # Runs a bolt with streams default(value) and errors(reason), and gives what came on each.
  def streams(fields = nil, config: {}, &body)
    acked = []
    got = { "default" => [], "errors" => [] }
    first = source(["input"], acked, [])
    sinks = got.transform_values { |rows| sink(rows) }
    subject = define("Subject", RedStorm::DSL::Bolt) do
      output_fields :value, errors: [:reason]
      class_exec(&body)
    end
    run(topology do
      spout first
      bolt subject do
        source first, :shuffle
        output_fields(*fields) if fields
      end
      bolt(sinks["default"], id: :values) { source subject, :shuffle }
      bolt(sinks["errors"], id: :reasons) { source subject, { fields: ["reason"] }, "errors" }
    end, config)
    [got, acked]
  end

  it "are emitted on by hand, unanchored or anchored" do
    got, acked = streams do
      on_receive(emit: false) do |tuple|
        unanchored_stream_emit(:errors, "loose")
        anchored_stream_emit("errors", tuple, "tight")
        anchored_emit(tuple, "plain")
        ack(tuple)
      end
    end
    expect([got, acked]).to eq([{ "default" => [["plain"]], "errors" => [["loose"], ["tight"]] }, [1]])
  end

  it "are what on_receive emits on with :stream" do
    got, acked = streams { on_receive(stream: :errors, ack: true, anchor: true) { |tuple| [[tuple[0]], "b"] } }
    expect([got, acked]).to eq([{ "default" => [], "errors" => [["input"], ["b"]] }, [1]])

    got, = streams { on_receive(stream: "errors", ack: true) { |tuple| tuple[0] } }
    expect(got["errors"]).to eq([["input"]])
  end

  it "may be declared in the topology, whose fields win" do
    got, = streams([:value, { errors: [:reason] }]) { on_receive(stream: :errors, ack: true) { "x" } }
    expect(got["errors"]).to eq([["x"]])
  end

  it "are named by the tuple" do
    seen = nil
    acked = []
    first = source(["input"], acked, [])
    subject = define("Subject", RedStorm::DSL::Bolt) do
      output_fields errors: [:reason]
      on_receive(stream: :errors, ack: true, anchor: true) { "x" }
    end
    reader = define("Reader", RedStorm::DSL::Bolt) do
      on_receive(ack: true) { |tuple| seen = [tuple.source_stream_id, tuple[:reason]] }
    end
    run(topology do
      spout first
      bolt(subject) { source first, :shuffle }
      bolt(reader) { source subject, :global, "errors" }
    end)
    expect([seen, acked]).to eq([%w[errors x], [1]])
  end

  it "of spouts are emitted on with and without message ids" do
    told = []
    rows = []
    klass = define("Subject", RedStorm::DSL::Spout) do
      output_fields numbers: [:n]
      on_init { @left = 1 }
      on_send(emit: false) do
        if (@left -= 1).zero?
          reliable_stream_emit(:numbers, 7, 1)
          unreliable_stream_emit("numbers", 2)
        elsif told.any?
          raise StopIteration
        end
      end
      on_ack { |id| told << id }
    end
    sink = sink(rows)
    run(topology do
      spout klass
      bolt(sink) { source klass, :global, :numbers }
    end)
    expect([rows, told]).to eq([[[1], [2]], [7]])
  end

  it "that nobody declared end the worker" do
    report = run_bolt { unanchored_stream_emit(:nowhere, 1) }.report
    expect(report["exit_code"]).to eq(70)
  end
end
