# frozen_string_literal: true

require "support/example_run"

RSpec.describe "examples/shell" do
  example = "shell/shell.rb"

  it "counts the words that a program in Python split, and ends with 0" do
    result = ExampleRun.local(example)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout.lines(chomp: true)).to include("the 2", "cow 1", "seven 1")
    expect(result.stdout.lines.size).to eq(15)
  end

  it "accounts for every sentence and word" do
    sentences = Array.new(300) { |n| "zwölf \"#{n}\" \\ #{"wörter " * 10}" }
    result = ExampleRun.local(example, "--json", "--set", "sentences=#{sentences.to_json}")
    report = ExampleRun.report(result)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(report).to include("state" => "finished", "acked" => 300, "failed" => 0, "errors" => {})
    expect(report["components"]["split"]).to include("executed" => 300, "emitted" => 300 * 13)
    expect(result.stderr).to include("wörter 3000\n", "\"299\" 1\n", "\\ 300\n")
  end
end
