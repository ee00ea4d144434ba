# frozen_string_literal: true

require "support/red_storm_file"

RSpec.describe "Of several RedStorm topologies in one file" do
  include RedStormFile

  let(:text) do
    several = %w[First Second Third].map do |name|
      <<~RUBY
        class #{name} < RedStorm::SimpleTopology
          spout Numbers
          on_submit { puts self.class; cluster.shutdown }
        end
      RUBY
    end
    [RedStormFile::ENDLESS, *several, "Second.configure { debug false }\n"].join
  end

  it "the one that was stated last runs, with a warning" do
    result = local(text, timeout: 30)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(printed(result)).to start_with("Second\n")
    expect(result.stderr).to include("WARN redgale: topology.rb has several topologies (First, Third, Second): " \
                                     "Second runs, because it was stated last; --topology NAME chooses another")
  end

  %w[Third third].each do |name|
    it "--topology #{name} chooses" do
      result = local(text, "--topology", name, timeout: 30)

      expect(result.exitstatus).to eq(0), result.to_s
      expect(printed(result)).to start_with("Third\n")
      expect(result.stderr).not_to include("WARN")
    end
  end

  it "--topology with another name is refused, and those that there are are named" do
    result = local(text, "--topology", "Thrid", timeout: 30)

    expect(result.exitstatus).to eq(1), result.to_s
    expect(result.stderr)
      .to eq("redgale: topology.rb: has no topology `Thrid` (did you mean `Third`?); it has: First, Third, Second\n")
  end

  describe "beside one of Redgale's" do
    let(:both) do
      "#{endless("on_submit { cluster.shutdown }")}class Plain < Redgale::Topology; end\n"
    end

    it "one has to be chosen" do
      result = local(both, timeout: 30)

      expect(result.exitstatus).to eq(1), result.to_s
      expect(result.stderr).to eq("redgale: topology.rb: has topologies of RedStorm's and of Redgale's " \
                                  "(NumbersTopology, Plain): choose one with --topology NAME\n")
    end

    it "either can be chosen" do
      expect(local(both, "--topology", "numbers_topology", timeout: 30).exitstatus).to eq(0)
      expect(local(both, "--topology", "Plain", timeout: 30).stderr).to include("topology `plain` has no spout")
    end
  end
end
