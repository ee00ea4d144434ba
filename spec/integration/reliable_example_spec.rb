# frozen_string_literal: true

require "support/example_run"

RSpec.describe "examples/reliable" do
  example = "reliable/reliable.rb"

  it "gets every line through though one in ten is refused once, and ends with 0" do
    result = ExampleRun.local(example)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout.lines(chomp: true))
      .to match_array(["1000 lines kept", "1000 lines acked, 100 replays, 0 open"])
  end

  it "hears of every id exactly once by on_ack, replays included" do
    result = ExampleRun.local(example, *ExampleRun.set("count" => 3000, "refuse_every" => 3, "verbose" => true))
    acked = result.stdout.scan(/^acked (\d+)$/).flatten.map(&:to_i)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(acked.sort).to eq((1..3000).to_a)
  end

  it "has books that balance" do
    result = ExampleRun.local(example, "--json", "--strict", *ExampleRun.set("count" => 2000, "refuse_every" => 4))
    report = ExampleRun.report(result)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(report).to include("state" => "finished", "acked" => 2000, "failed" => 500, "given_up" => 0,
                              "emitted" => 2500)
    expect(report["pending"]["count"]).to eq(0)
    expect(report["counters"]).to eq("numbered_spout" => { "acked" => 2000, "replayed" => 500 })
    expect(report["components"]["pass_bolt"]).to include("executed" => 2500, "acked" => 2000, "failed" => 500)
    expect(report["components"]["keep_bolt"]).to include("executed" => 2000)
  end
end
