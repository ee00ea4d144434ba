# frozen_string_literal: true

require "etc"
require "support/topology_file"

RSpec.describe "executors that share a core" do
  include TopologyFile

  # Etc.nprocessors and nproc tell where the calling thread, or the program, may run.
  let(:topology) { <<~'RUBY' }
    require "etc"

    class Once < Redgale::Spout
      output_fields :n
      on_init { @left = [1] }
      on_send { @left.pop or finish }
    end

    class Cores < Redgale::Bolt
      on_receive do |_tuple|
        puts "executor #{Etc.nprocessors}", "backticks #{`nproc`}", "popen #{IO.popen('nproc', &:read)}"
        read, write = IO.pipe
        Process.wait(spawn("nproc", out: write))
        puts "spawn #{read.gets}"
        Process.wait(Process.spawn({ "A" => "b" }, "nproc", :out => write, :err => :out))
        puts "process #{read.gets}"
        Process.wait(fork { write.puts(Etc.nprocessors) })
        puts "fork #{read.gets}", "afterwards #{Etc.nprocessors}"
      end

      on_close { puts "closing #{Etc.nprocessors}" }
    end

    class CoresTopology < Redgale::Topology
      spout Once
      bolt(Cores) { source Once, :shuffle }
    end
  RUBY

  def cores(*arguments)
    result = local(topology, *arguments)
    expect(result.exitstatus).to eq(0)
    result.stdout.split("\n").to_h(&:split)
  end

  let(:all) { Etc.nprocessors.to_s }

  it "run on one, while programs, forks and on_close may use all" do
    skip "this machine has one core: there is nothing to share" if all == "1"
    expect(cores).to eq("executor" => "1", "backticks" => all, "popen" => all, "spawn" => all, "process" => all,
                        "fork" => all, "afterwards" => "1", "closing" => all)
  end

  it "run anywhere if the topology says so" do
    expect(cores("--set", "redgale.executors.share.core=false")).to include("executor" => all, "afterwards" => all)
  end
end
