# frozen_string_literal: true

require "fileutils"
require "tmpdir"
require "redgale/commands/examples"

RSpec.describe Redgale::Commands::Examples do
  around { |example| Dir.mktmpdir { |folder| Dir.chdir(folder) { example.run } } }

  it "copies every file, those with a dot too, with its mode" do
    FileUtils.mkdir_p("gem/one/bin")
    FileUtils.mkdir_p("gem/two")
    File.write("gem/one/bin/run", "run", perm: 0o755)
    File.write("gem/two/.hidden", "hidden", perm: 0o444)
    said = described_class.new("gem").copy

    expect(said).to start_with("copied to examples/: one, two\n")
    expect(File.read("examples/one/bin/run")).to eq("run")
    expect(File.executable?("examples/one/bin/run")).to be(true)
    expect(File.read("examples/two/.hidden")).to eq("hidden")
    expect(File.stat("examples/two/.hidden").mode & 0o200).to eq(0o200)
  end

  it "says if the gem has none" do
    expect { described_class.new("nowhere").copy }
      .to raise_error(Redgale::Commands::Refusal, "the examples are not there: there is no nowhere")
    expect(Dir.children(".")).to be_empty
  end
end
