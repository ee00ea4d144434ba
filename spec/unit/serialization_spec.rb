# frozen_string_literal: true

require "bigdecimal"
require "date"
require "redgale"
require "set"

# Classes with names, as only such can travel.
module SerializationSpec
  Point = Struct.new(:x, :y)
  Strict = Struct.new(:from, :till, keyword_init: true) do
    def initialize(from:, till: from)
      raise ArgumentError, "from and till" unless from && till

      super(from: from, till: till)
    end
  end
end

RSpec.describe Redgale::Serialization do
  def there_and_back(object)
    described_class.load(*described_class.dump(object))
  end

  {
    "a Rational" => 1/3r, "a Complex" => Complex(1, 2.5), "a Range" => 1...3, "an endless Range" => (1..),
    "a Set" => Set[1, :a], "a BigDecimal" => BigDecimal("-0.1e-30"), "a Date" => Date.new(2026, 2, 28),
    "a Date of the Julian calendar" => Date.new(1500, 2, 29, Date::JULIAN),
    "a DateTime" => DateTime.new(2026, 2, 28, 23, 59, 59 + Rational(1, 3), "+05:30"),
    "a Struct" => SerializationSpec::Point.new(1, [2]),
    "a Struct whose constructor is its own" => SerializationSpec::Strict.new(from: 1)
  }.each do |what, object|
    it "takes #{what} there and back" do
      expect(there_and_back(object)).to eq(object).and be_a(object.class)
    end
  end

  it "keeps the offset of a DateTime and the calendar of a Date" do
    expect(there_and_back(DateTime.new(2026, 1, 1, 0, 0, 0, "-03:00")).offset).to eq(Rational(-1, 8))
    expect(there_and_back(Date.new(1500, 2, 29, Date::JULIAN)).start).to eq(Date::JULIAN)
  end

  it "takes NaN and infinities of BigDecimal" do
    expect(there_and_back(BigDecimal("NaN"))).to be_nan
    expect(there_and_back(BigDecimal("-Infinity"))).to eq(BigDecimal("-Infinity"))
  end

  it "does not know other classes, nor Structs without a name" do
    [Object.new, BasicObject.new, Class.new.new, Struct.new(:a).new(1)].each do |object|
      expect(described_class.dump(object)).to be_nil
    end
  end

  it "makes nothing of a class that is not listed, whatever arrives" do
    ["Object", "Kernel", "File", "Nowhere", "redgale", "Object;exit", ""].each do |name|
      message = "an object of class #{name} arrived, but nothing here says how to load it: " \
                "the topology needs `serializes #{name}`"
      expect { described_class.load(name, []) }.to raise_error(Redgale::UnsupportedValue, message)
    end
  end
end
