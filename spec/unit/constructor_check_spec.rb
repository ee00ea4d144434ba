# frozen_string_literal: true

require "redgale"

RSpec.describe Redgale::ConstructorCheck do
  def check(with, &definition)
    described_class.new(Class.new(&definition).instance_method(:initialize)).problem(with)
  end

  it "finds nothing wrong with arguments that fit" do
    expect(check(nil) { nil }).to be_nil
    expect(check({}) { nil }).to be_nil
    expect(check([1]) { def initialize(url) = url }).to be_nil
    expect(check([1]) { def initialize(url, timeout = 1) = [url, timeout] }).to be_nil
    expect(check([1, 2, 3]) { def initialize(*all) = all }).to be_nil
    expect(check({ url: 1 }) { def initialize(url:, timeout: 1) = [url, timeout] }).to be_nil
    expect(check({ any: 1 }) { def initialize(**all) = all }).to be_nil
    expect(check({ any: 1 }) { def initialize(...) = puts(...) }).to be_nil
  end

  it "counts positional arguments" do
    expect(check(nil) { def initialize(url) = url }).to eq("takes 1 positional argument, `with:` gives none")
    expect(check([1, 2, 3]) { def initialize(url, timeout = 1) = [url, timeout] })
      .to eq("takes 1 to 2 positional arguments, `with:` gives 3")
    expect(check([]) { def initialize(first, second, *all) = [first, second, all] })
      .to eq("takes at least 2 positional arguments, `with:` gives none")
  end

  it "names missing and unknown keywords" do
    expect(check({ timeout: 1 }) { def initialize(url:, timeout: 1) = [url, timeout] })
      .to eq("needs keyword url (with: { url: ... })")
    expect(check(nil) { def initialize(url:) = url }).to eq("needs keyword url (with: { url: ... })")
    expect(check({ url: 1, timeuot: 2 }) { def initialize(url:, timeout: 1) = [url, timeout] })
      .to eq("unknown keyword `timeuot` (did you mean `timeout`?); allowed: url, timeout")
  end

  it "tells both when positional arguments and keywords are wrong" do
    expect(check([1, 2]) { def initialize(url, retries:) = [url, retries] })
      .to eq("takes 1 positional argument, `with:` gives 2; needs keyword retries (with: { retries: ... })")
  end

  it "knows that a class without a constructor takes nothing" do
    expect(check([1]) { nil }).to eq("takes no arguments, `with:` gives 1")
    expect(check({ url: 1 }) { nil }).to eq("takes no arguments, `with:` gives 1")
  end

  it "knows that a Hash for a method without keywords arrives as one argument" do
    expect(check({ url: 1, timeout: 2 }) { def initialize(options) = options }).to be_nil
    expect(check({ url: 1 }) { def initialize(first, second) = [first, second] })
      .to eq("takes 2 positional arguments, `with:` gives 1")
  end

  it "asks nothing of constructors that take anything" do
    expect(described_class.new(Struct.new(:a).instance_method(:initialize)).problem([1, 2, 3])).to be_nil
    expect(check({ a: 1 }) { def initialize(*) = nil }).to be_nil
  end
end
