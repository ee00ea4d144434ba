# frozen_string_literal: true

require "unit/support/problems"

RSpec.describe Redgale::Topology do
  include Problems

  it "takes classes, and says so of anything else" do
    expect(messages(topology { bolt "show" })).to eq(['`bolt` takes a class, not "show"'])
    expect(messages(topology { spout })).to eq(["`spout` takes a class, not nil"])
    expect(messages(topology { bolt Kernel })).to eq(["`bolt` takes a class, not Kernel"])
  end

  it "names an unknown statement, the nearest and the allowed ones" do
    expect(messages(topology { spuot Problems::Good }))
      .to eq(["unknown topology statement `spuot` (did you mean `spout`?); " \
              "allowed: spout, bolt, shell, configure, name, on_submit, serializes"])
  end

  it "knows why a class lost its block" do
    expect(messages(topology { bolt(Show { source :good, :shuffle }) }))
      .to eq(["Ruby gives the { } block to `Show`: write `bolt(Show) { ... }` or use do ... end"])
  end

  it "serializes a class once" do
    expect(messages(topology { 2.times { serializes Range, dump: :to_a, load: :new } }))
      .to eq(["`serializes Range` is stated twice"])
  end

  it "wants blocks where they are needed" do
    expect(messages(topology { configure })).to eq(["`configure` needs a block"])
    expect(messages(topology { on_submit })).to eq(["`on_submit` needs a block or the name of a class method"])
  end

  it "is inherited: components, configuration and on_submit, but not the name" do
    seen = []
    parent = topology(name: "parent") do
      configure { set "a", 1 }
      on_submit { |env| seen << env }
    end
    child = Class.new(parent) do
      define_singleton_method(:to_s) { "Child" }
      bolt(Class.new(Redgale::Bolt) { on_receive { 1 } }, id: :b) { source :good, :shuffle }
      configure { set "b", 2 }
    end
    definition = child.define
    definition.submit

    expect(definition.components.map(&:id)).to eq(%w[good b])
    expect(definition.config).to eq("a" => 1, "b" => 2)
    expect(definition.name).not_to eq("parent")
    expect(seen).to eq([:local])
    expect(parent.define.components.map(&:id)).to eq(["good"])
  end

  it "has the class's name when it is not given one, as any class" do
    expect(described_class.name).to eq("Redgale::Topology")
  end

  it "leaves a slip in a method of its own an undefined method once it was read" do
    made = topology
    made.define

    expect { made.conection }.to raise_error(NoMethodError, /conection/)
  end
end
