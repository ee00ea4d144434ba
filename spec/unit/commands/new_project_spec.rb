# frozen_string_literal: true

require "tmpdir"
require "redgale/commands/new_project"

RSpec.describe Redgale::Commands::NewProject do
  around { |example| Dir.mktmpdir { |folder| Dir.chdir(folder) { example.run } } }

  { "trends" => "TrendsTopology", "word_trends" => "WordTrendsTopology", "word-trends" => "WordTrendsTopology",
    "WordTrends" => "WordTrendsTopology", "word_trends_topology" => "WordTrendsTopology", "topology" => "Topology",
    "a__b--c_" => "ABCTopology", "HTTPLog" => "HTTPLogTopology", "x2" => "X2Topology", "a_2" => "A2Topology",
    "a" * 100 => "A#{"a" * 99}Topology", "string" => "StringTopology", "Class" => "ClassTopology",
    "redgale" => "RedgaleTopology" }.each do |name, topology|
    it "makes #{topology} of the name #{name}" do
      described_class.new(name).make

      expect(File.read("#{name}/topology.rb")).to include("class #{topology} < Redgale::Topology")
    end
  end

  letter = "it does not start with a letter (a to z)"
  others = "only letters (a to z), digits, _ and - can stand in it"
  keyword = "it is a keyword of Ruby"
  { "" => "it is empty", "1st" => letter, "_x" => letter, "-x" => letter, ".x" => letter, " x" => letter,
    "\nx" => letter, "ärger" => letter, "a b" => others, "größe" => others, "a.b" => others, "x\n" => others,
    "a\0b" => others, "x!" => others, "a\\b" => others, "class" => keyword, "end" => keyword,
    "self" => keyword, "BEGIN" => keyword,
    "a" * 101 => "it is longer than 100 characters", "a/b" => /\Ait is a path; go to/, "/tmp/x" => /\Ait is a path/,
    ".." => letter }.each do |name, problem|
    it "refuses the name #{name.inspect}" do
      expect { described_class.new(name).make }.to raise_error(Redgale::Commands::Refusal) { |error|
        expect(error.message.delete_prefix("#{name.inspect} cannot be the name of a project: ")).to match(problem)
        expect(error.exit_code).to eq(2)
      }
      expect(Dir.children(".")).to be_empty
    end
  end

  it "knows the keywords of this Ruby" do
    words = described_class::KEYWORDS.grep(/\A[a-z]/)

    expect(words.select { |word| variable?(word) }).to be_empty
    expect(variable?("klass")).to be(true)
  end

  # What is no keyword can be the name of a local variable.
  def variable?(word)
    RubyVM::InstructionSequence.compile("#{word} = 1")
    true
  rescue SyntaxError
    false
  end

  it "says what it made, and how to go on" do
    said = described_class.new("trends").make.lines(chomp: true)

    files = said[1...said.index("next")].map(&:strip)
    expect(files).to match_array(Dir.glob("trends/**/*", File::FNM_DOTMATCH).select { |path| File.file?(path) })
    expect(files).to include("trends/.gitignore", "trends/Gemfile", "trends/lib/sentence_spout.rb")
    expect(said.first).to eq("made")
    expect(said.last(3)).to eq(["  cd trends", "  redgale local topology.rb", "  rspec"])
  end

  it "has a Gemfile that names the checkout, if it is one" do
    described_class.new("trends").make

    expect(File.read("trends/Gemfile")).to include(%(gem "redgale", path: "#{File.expand_path("../../..", __dir__)}"\n))
  end
end
