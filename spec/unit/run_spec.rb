# frozen_string_literal: true

require "unit/support/problems"

RSpec.describe "Redgale.run" do
  include Problems

  it "returns the report" do
    klass = bolt_class
    report = Redgale.run(topology { bolt(klass) { source :good, :all } })

    expect(report).to include("event" => "report", "topology" => "spec", "state" => "finished", "exit_code" => 0)
  end

  it "raises all problems of the definition" do
    expect { Redgale.run(topology { nonsense }) }.to raise_error(Redgale::DefinitionError, /nonsense/)
  end

  it "takes topologies and options that there are" do
    [Redgale::Topology, Problems::Good, "topology", nil].each do |other|
      expect { Redgale.run(other) }
        .to raise_error(TypeError, "Redgale.run takes a subclass of Redgale::Topology, not #{other.inspect}")
    end
    expect { Redgale.run(topology, timout: 3) }.to raise_error(ArgumentError, /unknown keyword: :timout/)
  end

  it "gives configure blocks the environment, and overrides configuration" do
    seen = []
    made = topology do
      spout(Problems::Good, id: :other) { on_init { seen << config.slice("a", "env") } }
      configure do |env|
        set "env", env
        set "a", 1
      end
    end
    Redgale.run(made, env: :test, set: { "a" => 2 })

    expect(seen).to eq([{ "a" => 2, "env" => :test }])
  end

  it "can be called again, also from another thread" do
    made = topology
    reports = [Redgale.run(made), Thread.new { Redgale.run(made) }.value]

    expect(reports.map { |report| report["state"] }).to eq(%w[finished finished])
  end
end
