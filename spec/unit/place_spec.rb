# frozen_string_literal: true

require "tmpdir"
require "redgale"

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

  it "takes a folder with a similar name for another" do
    location = Struct.new(:absolute_path)
    library = File.expand_path("../../lib", __dir__)

    expect(described_class.inside?(location.new("#{library}/redgale/bolt.rb"))).to be(true)
    expect(described_class.inside?(location.new("#{library}/redgale.rb"))).to be(true)
    expect(described_class.inside?(location.new("#{library}/redgale_user/bolt.rb"))).to be(false)
    expect(described_class.inside?(location.new(nil))).to be(true)
  end
end
