# frozen_string_literal: true

require "tempfile"
require "support/process"

RSpec.describe "examples/word_count" do
  folder = File.join(SpecProcess::ROOT, "examples/word_count")
  example = File.join(folder, "word_count.rb")

  def counted(stdout) = stdout.scan(/^ *(\d+)  ([a-z']+)$/).to_h { |count, word| [word, count.to_i] }

  it "has a text of at least 4 MB in plain UTF-8" do
    text = File.read(File.join(folder, "kjv.txt"), encoding: Encoding::UTF_8)

    expect(text.bytesize).to be >= 4_000_000
    expect(text).to be_valid_encoding
  end

  it "counts every word of the text as plain Ruby does" do
    result = SpecProcess.redgale("local", example, "--set", "top=100000")
    plain = File.read(File.join(folder, "kjv.txt")).downcase.scan(/[a-z']+/).tally

    expect(result.exitstatus).to eq(0)
    expect(counted(result.stdout)).to eq(plain)
  end

  it "counts another text, and as many words as asked for" do
    Tempfile.create("text") do |file|
      file.write("to be or not to be\nthat is to say\n")
      file.close
      result = SpecProcess.redgale("local", example, "--set", "input=#{file.path}", "--set", "top=2")

      expect(result.exitstatus).to eq(0)
      expect(counted(result.stdout)).to eq("to" => 3, "be" => 2)
    end
  end

  it "is what bin/demo runs: the 20 most frequent words, tuples acked, tuples/s, failures" do
    result = SpecProcess.run("bin/demo", timeout: 900)

    expect(result.exitstatus).to eq(0)
    expect(counted(result.stdout).first(3)).to eq([["the", 63_919], ["and", 51_696], ["of", 34_618]])
    expect(counted(result.stdout).size).to eq(20)
    expect(result.stderr).to match(%r{31,102 tuples acked, [\d,]+ tuples/s, 0 failures})
  end
end
