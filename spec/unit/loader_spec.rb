# frozen_string_literal: true

require "tmpdir"
require "redgale"
require "redgale/loader"

RSpec.describe Redgale::Loader do
  around { |example| Dir.mktmpdir { |folder| Dir.chdir(folder) { example.run } } }

  def load_file(text, name = nil)
    File.write("file.rb", text)
    described_class.new("file.rb").program(name).topology
  end

  def error(text, name = nil)
    load_file(text, name)
    nil
  rescue Redgale::LoadFileError => e
    e.message
  end

  # Names that no other example has: a loaded class stays.
  def fresh = "Topology#{rand(1_000_000_000)}"

  it "finds the topology of a file" do
    one = fresh

    expect(load_file("x = 1; class #{one} < Redgale::Topology; end").name).to eq(one)
  end

  it "says what is wrong with the file itself" do
    expect { described_class.new("nothing.rb").program }
      .to raise_error(Redgale::LoadFileError, "nothing.rb: no such file")
    expect { described_class.new(".").program }
      .to raise_error(Redgale::LoadFileError, ".: is a directory; a topology file is needed")
    expect(error("")).to eq("file.rb: is empty")
    expect(error("x = 1")).to eq("file.rb: has no topology: a class that inherits from Redgale::Topology is needed")
  end

  it "says where the syntax is wrong, without the folder" do
    expect(error("class A\n  def (\nend\n")).to match(/\Asyntax error: file\.rb:\d: syntax error/)
  end

  it "knows what a brace after options most often means" do
    expect(error("bolt Split, parallelism: 2 { source :a }\n"))
      .to end_with("\na { } block after options needs parentheses, " \
                   "as in bolt(Split, parallelism: 2) { ... }, or do ... end")
  end

  {
    "raise ArgumentError, 'no'" => "file.rb:2: ArgumentError: no",
    "require 'nothing_like_this'" => "file.rb:2: LoadError: cannot load such file -- nothing_like_this",
    "raise NotImplementedError, 'no'" => "file.rb:2: NotImplementedError: no",
    "raise Exception, 'odd'" => "file.rb:2: Exception: odd",
    "throw :nowhere" => "file.rb:2: UncaughtThrowError: uncaught throw :nowhere"
  }.each do |line, message|
    it "says where loading raised: #{line}" do
      expect(error("\n#{line}\n")).to eq(message)
    end
  end

  it "names the file's line when an error came from elsewhere" do
    expect(error("\n\nInteger('x')\n")).to eq(%(file.rb:3: ArgumentError: invalid value for Integer(): "x"))
  end

  it "lets exit and signals pass" do
    expect { load_file("exit 4") }.to raise_error(SystemExit) { |exit| expect(exit.status).to eq(4) }
    expect { load_file("raise Interrupt") }.to raise_error(Interrupt)
  end

  it "asks which of several topologies" do
    one, two = fresh, fresh # rubocop:disable Style/ParallelAssignment -- rand must be asked twice
    text = "class #{one} < Redgale::Topology; end\nclass #{two} < Redgale::Topology; name 'other_name'; end"

    expect(error(text)).to eq("file.rb: has several topologies (#{one}, #{two}): choose one with --topology NAME")
  end

  it "chooses by class, by underscored class and by name" do
    one = fresh
    two = fresh
    text = "class #{one} < Redgale::Topology; end\nclass #{two} < Redgale::Topology; name 'name_of_#{two}'; end"

    expect(load_file(text, one).name).to eq(one)
    load_again = text.gsub("class Topology", "class Again")
    expect(load_file(load_again, one.downcase.sub("topology", "again")).name).to eq(one.sub("Topology", "Again"))
    load_third = text.gsub("class Topology", "class Third")
    expect(load_file(load_third, "name_of_#{two}").name).to eq(two.sub("Topology", "Third"))
  end

  it "names the topologies there are for a name that is not there" do
    one = fresh

    expect(error("class #{one} < Redgale::Topology; end", one.sub("Topology", "Topolgy")))
      .to eq("file.rb: has no topology `#{one.sub("Topology", "Topolgy")}` (did you mean `#{one}`?); it has: #{one}")
  end

  it "takes the topology of the file before those of files it requires" do
    own = fresh
    other = fresh
    File.write("other.rb", "class #{other} < Redgale::Topology; end")

    expect(load_file("require_relative 'other'\nclass #{own} < Redgale::Topology; end").name).to eq(own)
  end

  it "takes the topology of a required file if there is no other" do
    other = fresh
    File.write("other.rb", "class #{other} < Redgale::Topology; end")

    expect(load_file("require_relative 'other'").name).to eq(other)
  end

  it "does not take a base class for a second topology, unless it is asked for" do
    base = fresh
    text = "class #{base} < Redgale::Topology; end\nclass #{base}Child < #{base}; end"

    expect(load_file(text).name).to eq("#{base}Child")
    again = text.gsub(base, "#{base}Again")
    expect(load_file(again, "#{base}Again").name).to eq("#{base}Again")
  end

  describe "a layer" do
    around do |example|
      File.write("some_layer.rb", "")
      Dir.mkdir("some_layer")
      $LOAD_PATH.unshift(Dir.pwd)
      example.run
    ensure
      $LOAD_PATH.delete(Dir.pwd)
    end

    # Its file notes what it is told.
    def layer(program)
      stub_const("TOLD", [])
      File.write("some_layer/redgale_layer.rb", <<~RUBY)
        layer = Object.new
        layer.define_singleton_method(:enter) { |file| TOLD << [:enter, file] }
        layer.define_singleton_method(:load) { |path| TOLD << :load; Kernel.load(path) }
        layer.define_singleton_method(:program) { |name| TOLD << [:program, name]; #{program} }
        Redgale::Loader.use(layer)
      RUBY
      $LOADED_FEATURES.delete(File.expand_path("some_layer/redgale_layer.rb"))
    end

    it "is used for a file whose text requires its library, before the file is loaded" do
      layer(":its_program")
      File.write("file.rb", "TOLD << :file\nrequire 'some_layer'\n")

      expect(described_class.new("file.rb").program("Name")).to eq(:its_program)
      expect(TOLD).to eq([[:enter, "file.rb"], :load, :file, [:program, "Name"]])
      expect(described_class.current).to be_nil
    end

    it "gives way to topologies of Redgale's if it has no program" do
      layer("nil")
      one = fresh

      expect(load_file("require('some_layer'); class #{one} < Redgale::Topology; end").name).to eq(one)
    end

    it "is not used for other files" do
      layer(":its_program")
      one = fresh

      expect(load_file("# require 'some_layer'\nrequire 'json'\nclass #{one} < Redgale::Topology; end").name).to eq(one)
      expect(TOLD).to be_empty
    end
  end
end
