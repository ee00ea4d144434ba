# frozen_string_literal: true

require "redgale"

RSpec.describe Redgale::Serializer do
  before do
    stub_const("Money", Class.new do
      attr_reader :cents

      def initialize(cents) = @cents = cents
      def dump = cents
      def self.load(cents) = new(cents)
      def self.from(cents) = new(cents + 1)
    end)
  end

  def read(klass, dump: nil, load: nil)
    described_class.read(klass, dump, load)
  end

  it "calls dump and load unless told otherwise" do
    serializer = read(Money)
    expect(serializer.name).to eq("Money")
    expect(serializer.load(serializer.dump(Money.new(5))).cents).to eq(5)
  end

  it "takes names of methods, lambdas and anything that can be called" do
    expect(read(Money, dump: :cents, load: "from").load(5).cents).to eq(6)
    expect(read(Money, dump: ->(money) { money.cents * 2 }, load: Money.method(:new)).dump(Money.new(4))).to eq(8)
  end

  {
    "no class" => [-> { read(nil) }, "`serializes` takes a class, not nil"],
    "a class without a name" => [-> { read(Class.new) }, /takes a class with a name/],
    "what travels as it is" => [-> { read(String) }, "`serializes String`: a String travels as it is"],
    "a missing dump" => [-> { read(Object, load: ->(x) { x }) },
                         "`serializes Object`: there is no method Object#dump: " \
                         "define it, or give `dump:` a lambda or a method name"],
    "a misspelt load" => [-> { read(Money, load: :lod) }, /there is no method Money\.lod/],
    "something else" => [-> { read(Money, dump: 1) },
                         "`serializes Money, dump:` takes a lambda or the name of a method, not 1"]
  }.each do |what, (reading, message)|
    it "refuses #{what}" do
      expect(instance_exec(&reading)).to match(message)
    end
  end
end
