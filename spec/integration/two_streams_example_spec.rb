# frozen_string_literal: true

require "tempfile"
require "support/example_run"

RSpec.describe "examples/two_streams" do
  example = "two_streams/two_streams.rb"

  def totals(result) = result.stdout.scrub.scan(/^ *(\d+\.\d\d)  (.+)$/).to_h { |euros, item| [item, euros] }

  def refused(result) = result.stdout.scrub.lines(chomp: true).grep(/\Aline /)

  def run_with(text, *arguments, **options)
    Tempfile.create("orders") do |file|
      file.binmode
      file.write(text)
      file.close
      ExampleRun.local("two_streams/two_streams.rb", "--set", "input=#{file.path}", *arguments,
                       **options)
    end
  end

  it "adds up the good lines and names the bad ones, and ends with 0" do
    result = ExampleRun.local(example, "--strict")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(totals(result)).to eq("cup" => "50.40", "kettle" => "24.90", "milk jug" => "9.75", "saucer" => "12.60",
                                 "spoon" => "11.70", "teapot" => "63.00", "tray" => "18.00")
    expect(refused(result)).to eq(['line 4: invalid value for Integer(): "six": 1003,cup,six,4.20',
                                   "line 6: 3 columns instead of 4: 1005,tea strainer,1",
                                   "line 7: -1 pieces: 1006,kettle,-1,24.90",
                                   "line 11: 5 columns instead of 4: 1009,sugar bowl,1,7,80",
                                   "line 13: no item: 1011,,3,5.00"])
  end

  it "sends every line to exactly one of the two sinks, and fails none" do
    good = (1..400).map { |n| "#{n},item #{n % 7},#{(n % 5) + 1},#{n % 90}.#{format("%02d", n % 100)}" }
    bad = (401..500).map { |n| "#{n},item,#{n.odd? ? "many" : 0},1.00" }
    result = run_with([*good, *bad].shuffle.join("\n"), "--json")
    report = ExampleRun.report(result)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(report).to include("acked" => 500, "failed" => 0, "state" => "finished", "errors" => {})
    expect(report["components"]["parse_bolt"]).to include("executed" => 500, "emitted" => 500)
    expect(report["components"]["totals_bolt"]).to include("executed" => 400, "acked" => 400)
    expect(report["components"]["errors_bolt"]).to include("executed" => 100, "acked" => 100)
  end

  it "refuses lines of any kind of rubbish" do
    result = run_with("1,a,1,1/0\n2,b,1,1e999\n3,c,\xFF,1.00\n,d,1,1.00\n4,e,1,1.00\r\n5,f,2,0.50\n,,,\n" \
                      "6,gr\u00fcn,2,1.00\n", env: { "LC_ALL" => "C" })

    expect(result.exitstatus).to eq(0), result.to_s
    expect(totals(result)).to eq("e" => "1.00", "f" => "1.00", "gr\u00fcn" => "2.00")
    expect(refused(result).map { |line| line[/\d+/].to_i }).to eq([1, 2, 3, 4, 7])
  end
end
