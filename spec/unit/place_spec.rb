# frozen_string_literal: true

require "tmpdir"
require "redgale"
require "support/process"

RSpec.describe Redgale::Place do
  # Stands for a statement: its caller is the user's line.
  def ask = described_class.of_caller

  it "is the nearest frame outside of the library, relative to the working directory" do
    expect(ask).to eq("spec/unit/place_spec.rb:#{__LINE__}")
  end

  it "leaves out the library's own frames" do
    klass = Class.new(Redgale::Bolt) { on_receive { |tuple| tuple } }

    expect(klass.redgale_setting(:handler)[:at]).to eq("spec/unit/place_spec.rb:#{__LINE__ - 2}")
  end

  it "is absolute outside of the working directory" do
    Dir.mktmpdir do |folder|
      expect(Dir.chdir(folder) { ask }).to eq("#{File.expand_path(__FILE__)}:#{__LINE__}")
    end
  end

  it "is another one, for a time, where code states what a user said elsewhere" do
    inner = described_class.standing_at("a.rb:1") { [ask, described_class.standing_at("b.rb:2") { ask }, ask] }

    expect(inner).to eq(["a.rb:1", "b.rb:2", "a.rb:1"])
    expect(ask).to eq("spec/unit/place_spec.rb:#{__LINE__}")
  end

  it "is not in a folder that was hidden, nor in the file of its name" do
    hidden = described_class.instance_variable_get(:@hidden)
    location = Struct.new(:absolute_path)
    described_class.hide("/some/layer")

    paths = %w[/some/layer/a.rb /some/layer.rb /some/layer_b.rb]
    expect(paths.map { |path| described_class.inside?(location.new(path)) }).to eq([true, true, false])
    expect(described_class.frames(["/some/layer/a.rb:1", "/x.rb:1"], 8)).to eq(["/x.rb:1"])
  ensure
    described_class.instance_variable_set(:@hidden, hidden)
  end

  it "is that of a block" do
    block = proc { 1 }

    expect(described_class.of_block(block)).to eq("spec/unit/place_spec.rb:#{__LINE__ - 2}")
  end

  it "is the line that raised, or the block if that is not known" do
    block = proc { raise "no" }
    begin
      block.call
    rescue RuntimeError => e
      expect(described_class.of_error(e, block)).to eq("spec/unit/place_spec.rb:#{__LINE__ - 4}")
    end

    expect(described_class.of_error(RuntimeError.new("never raised"), block))
      .to eq("spec/unit/place_spec.rb:#{__LINE__ - 8}")
  end

  describe ".frames" do
    library = File.expand_path("../../lib", __dir__)
    own = ["#{library}/redgale/handler.rb:143:in `block in wrap'", "#{library}/redgale.rb:60:in `run'"]
    users = ["#{Dir.pwd}/a.rb:1:in `x'", "/other/redgale/handler.rb:2:in `y'", "#{library}/redgale_user/b.rb:3"]

    it "leaves out the library's, and shortens paths below the working directory" do
      relative = ["a.rb:1:in `x'", "/other/redgale/handler.rb:2:in `y'", "lib/redgale_user/b.rb:3"]

      expect(described_class.frames([users[0], own[0], *users.drop(1), own[1]], 8)).to eq(relative)
      expect(described_class.frames([own[0], *users], 1)).to eq(relative.first(1))
      expect(described_class.frames([], 8)).to eq([])
    end

    it "has the library's if there are no others" do
      expect(described_class.frames(own, 8)).to eq(own.map { |line| described_class.short(line) })
      expect(described_class.frames(own, 1).size).to eq(1)
    end

    it "does without a working directory" do
      Dir.mktmpdir do |folder|
        program = "require 'redgale'; Dir.chdir(ARGV[0]); Dir.rmdir(ARGV[0]); " \
                  "puts Redgale::Place.frames(['/a/b.rb:1'], 8)"
        result = SpecProcess.ruby("-e", program, Dir.mkdir("#{folder}/gone") && "#{folder}/gone")

        expect(result.stdout).to eq("/a/b.rb:1\n"), result.to_s
      end
    end
  end

  it "takes a folder with a similar name for another" do
    location = Struct.new(:absolute_path)
    library = File.expand_path("../../lib", __dir__)

    expect(described_class.inside?(location.new("#{library}/redgale/bolt.rb"))).to be(true)
    expect(described_class.inside?(location.new("#{library}/redgale.rb"))).to be(true)
    expect(described_class.inside?(location.new("#{library}/redgale_user/bolt.rb"))).to be(false)
    expect(described_class.inside?(location.new(nil))).to be(true)
  end
end
