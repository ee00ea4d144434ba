# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "A file with several topologies" do
  include TopologyFile

  text = <<~RUBY
    require_relative "parts"
    class FirstTopology < Redgale::Topology
      spout(Numbers) { on_init { @n = 2; puts "first" } }
      bolt(Show) { source Numbers, :global }
    end
    class SecondTopology < Redgale::Topology
      name "two"
      spout(Numbers) { on_init { @n = 2; puts "second" } }
      bolt(Show) { source Numbers, :global }
    end
  RUBY

  it "is refused unless one is named" do
    result = local(text)

    expect(result.exitstatus).to eq(1)
    expect(result.stderr).to eq("redgale: topology.rb: has several topologies (FirstTopology, SecondTopology): " \
                                "choose one with --topology NAME\n")
    expect(result.stdout).to be_empty
  end

  { "FirstTopology" => "first", "first_topology" => "first", "SecondTopology" => "second", "two" => "second" }
    .each do |name, said|
      it "runs the one named by --topology #{name}" do
        result = local(text, "--topology", name)

        expect(result.exitstatus).to eq(0), result.to_s
        expect(result.stdout.lines(chomp: true)).to include(said, "3")
        expect(result.stdout.scan(/first|second/)).to eq([said])
      end
    end

  it "names those there are for a wrong name, and the nearest" do
    %w[local graph].each do |command|
      result = redgale(command, text, "--topology", "FristTopology")

      expect(result.exitstatus).to eq(1)
      expect(result.stderr).to eq("redgale: topology.rb: has no topology `FristTopology` " \
                                  "(did you mean `FirstTopology`?); it has: FirstTopology, SecondTopology\n")
    end
  end

  it "is none if the others are in files it requires" do
    in_folder("other.rb" => text, "topology.rb" => "require_relative 'other'\n#{TopologyFile::SOUND}") do |folder|
      result = SpecProcess.redgale("graph", "topology.rb", chdir: folder)

      expect(result.exitstatus).to eq(0), result.to_s
      expect(result.stdout).to start_with("topology numbers_topology\n")
    end
  end
end
