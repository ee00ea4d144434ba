# frozen_string_literal: true

require "tempfile"
require "support/example_run"

RSpec.describe "examples/exclamation" do
  example = "exclamation/exclamation.rb"

  it "prints every word with the marks of both bolts and ends with 0" do
    result = ExampleRun.local(example)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout.lines(chomp: true))
      .to match_array(%w[nathan mike jackson golda bertels].map { |word| "#{word}!!!???" })
  end

  it "counts the two components of one class apart" do
    words = (1..500).map { |n| "word#{n}" }
    result = ExampleRun.local(example, "--json", "--strict", "--set", "words=#{words.to_json}")
    report = ExampleRun.report(result)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(report).to include("state" => "finished", "acked" => 500, "failed" => 0)
    expect(report["components"].keys).to match_array(%w[word_spout exclaim question print_bolt])
    expect(report["components"].values_at("exclaim", "question", "print_bolt").map { |counts| counts["acked"] })
      .to eq([500, 500, 500])
    expect(result.stderr.lines(chomp: true).grep(/\Aword/)).to match_array(words.map { |word| "#{word}!!!???" })
  end

  it "tells a misspelt constructor argument with its line before anything runs" do
    source = File.read(ExampleRun.path(example))
    line = source.lines.index { |text| text.include?("id: :question") } + 1
    Tempfile.create(["misspelt", ".rb"]) do |file|
      file.write(source.sub('with: { mark: "???" }', 'with: { marks: "???" }'))
      file.close
      result = SpecProcess.redgale("local", file.path)

      expect(result.exitstatus).to eq(1), result.to_s
      expect(result.stdout).to eq("")
      expect(result.stderr).to match(/:#{line}: .*marks/)
    end
  end
end
