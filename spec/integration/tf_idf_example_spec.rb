# frozen_string_literal: true

require "tmpdir"
require "support/example_run"

RSpec.describe "examples/tf_idf" do
  example = "tf_idf/tf_idf.rb"

  def scores(stdout)
    stdout.scan(/^(\S+) +(-?\d+\.\d{4})  (\S+)$/).to_h { |document, score, term| [[document, term], score.to_f] }
  end

  # The same without a topology.
  def plain(folder)
    counts = Dir[File.join(folder, "*.txt")].to_h do |file|
      [File.basename(file, ".txt"), File.read(file, encoding: "UTF-8").downcase.scan(/\p{L}+/).tally]
    end
    counts.each_with_object({}) do |(document, terms), all|
      terms.each do |term, count|
        with_it = counts.count { |_, others| others.key?(term) }
        all[[document, term]] = (count * Math.log(counts.size.fdiv(with_it))).round(4)
      end
    end
  end

  it "gives every term of every document the score that plain Ruby gives it, and ends with 0" do
    result = ExampleRun.local(example, "--set", "top=100000")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(scores(result.stdout)).to eq(plain(ExampleRun.path("tf_idf/documents")))
    expect(scores(result.stdout).size).to be > 300
  end

  it "prints the top terms of each document, highest first" do
    result = ExampleRun.local(example, "--set", "top=2")
    documents = scores(result.stdout).group_by { |(document, _term), _score| document }

    expect(result.exitstatus).to eq(0), result.to_s
    expect(documents.size).to eq(Dir[ExampleRun.path("tf_idf/documents/*.txt")].size)
    expect(documents["bicycle"]).to eq([[%w[bicycle chain], 6.2383], [%w[bicycle you], 4.1589]])
    documents.each_value { |top| expect(top.map(&:last)).to eq(top.map(&:last).sort.reverse) }
  end

  it "has books that balance: each document and the marker acked, each word in three bolts" do
    result = ExampleRun.local(example, "--json", "--strict")
    report = ExampleRun.report(result)
    words = Dir[ExampleRun.path("tf_idf/documents/*.txt")].sum { |file| File.read(file).scan(/\p{L}+/).size }

    expect(result.exitstatus).to eq(0), result.to_s
    expect(report).to include("state" => "finished", "acked" => 9, "failed" => 0)
    expect(report["components"]["term_frequency_bolt"]["executed"]).to eq(words)
    expect(report["components"]["score_bolt"]["executed"]).to eq(words + 2)
    expect(report["components"]["rank_bolt"]["executed"]).to eq(plain(ExampleRun.path("tf_idf/documents")).size)
  end

  it "reads a folder of its own, also with documents of no words and other languages" do
    Dir.mktmpdir do |folder|
      File.write(File.join(folder, "leer.txt"), "1 2 3\n")
      File.write(File.join(folder, "katze.txt"), "Die Mäuse schlafen, die Katze nicht.\n")
      File.write(File.join(folder, "hund.txt"), "Der Hund schläft, die Katze auch.\n")
      File.write(File.join(folder, "notes.md"), "not a text\n")
      result = ExampleRun.local(example, "--set", "documents=#{folder}", "--set", "top=9", env: { "LC_ALL" => "C" })

      expect(result.exitstatus).to eq(0), result.to_s
      expect(scores(result.stdout)).to eq(plain(folder))
    end
  end

  it "ends with 70 and names the folder if there is none" do
    result = ExampleRun.local(example, "--set", "documents=/no/such/folder")

    expect(result.exitstatus).to eq(70), result.to_s
    expect(result.stderr).to include("/no/such/folder")
  end
end
