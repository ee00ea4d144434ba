# frozen_string_literal: true

require "redgale"

RSpec.describe Redgale::Grouping do
  allowed = ":shuffle, :local_or_shuffle, :global, :all, :none, :direct, fields:, partial_key:, custom:"

  def read(kind = nil, **options) = described_class.read(kind, options)

  %i[shuffle local_or_shuffle global all none direct].each do |kind|
    it "reads :#{kind}, also as a String" do
      expect(read(kind)).to eq("type" => kind.to_s)
      expect(read(kind.to_s)).to eq("type" => kind.to_s)
    end
  end

  %i[fields partial_key].each do |name|
    it "reads #{name}: of one field or several" do
      expect(read(name => :word)).to eq("type" => name.to_s, "fields" => ["word"])
      expect(read(name => [:word, "count"])).to eq("type" => name.to_s, "fields" => %w[word count])
    end

    it "refuses #{name}: without a field" do
      expect(read(name => [])).to eq("`#{name}:` needs at least one field")
      expect(read(name => nil)).to eq("`#{name}:` needs at least one field")
    end
  end

  it "reads custom: with an object or a class that prepares and chooses" do
    klass = Class.new do
      def prepare(_context, _stream, _tasks) = nil
      def choose_tasks(_source, _values) = []
    end
    object = klass.new

    expect(read(custom: klass)).to eq("type" => "custom", "object" => klass)
    expect(read(custom: object)).to eq("type" => "custom", "object" => object)
  end

  it "says what a custom grouping lacks" do
    half = Class.new { def prepare(*) = nil }

    expect(read(custom: half)).to match(/\Acustom grouping #<Class:.*> has no choose_tasks\(\.\.\.\)\z/)
    expect(read(custom: 3)).to eq("custom grouping 3 has no prepare and no choose_tasks(...)")
  end

  it "says what a custom grouping cannot be given" do
    narrow = Class.new do
      def prepare(_context, _stream) = nil
      def choose_tasks(*) = []
    end
    made = Class.new do
      def self.inspect = "ByKey"
      def initialize(key) = @key = key
      def prepare(*) = nil
      def choose_tasks(_source, _values, _more = nil) = []
    end

    expect(read(custom: narrow)).to match(/: `prepare` is given 3 arguments\z/)
    expect(read(custom: made))
      .to eq("custom grouping ByKey: `new` takes 1 positional argument: give an object")
    expect(read(custom: made.new(:key))).to include("type" => "custom")
  end

  it "names the nearest and the allowed groupings for an unknown one" do
    expect(read(:shufle)).to eq("unknown grouping :shufle (did you mean `shuffle`?); allowed: #{allowed}")
    expect(read(3)).to eq("unknown grouping 3; allowed: #{allowed}")
  end

  it "says that some need an argument" do
    expect(read(:fields)).to eq("`fields` needs an argument: fields: [:word]")
    expect(read("custom")).to eq("`custom` needs an argument: custom: MyGrouping")
  end

  it "asks for one if there is none, and for no more than one" do
    expect(read).to eq("a grouping is needed: #{allowed}")
    expect(read(:shuffle, fields: [:a])).to eq("one grouping at a time, not shuffle and fields")
    expect(read(fields: [:a], custom: 3)).to eq("one grouping at a time, not fields and custom")
  end

  it "names the allowed options for an unknown one" do
    expect(read(feilds: [:a]))
      .to eq("unknown option `feilds` (did you mean `fields`?); allowed: fields, partial_key, custom, stream")
  end
end
