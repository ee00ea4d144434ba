# frozen_string_literal: true

require "support/topology_file"

# The backtrace in a log line is the user's: the library's own frames are left out.
RSpec.describe "A logged error" do
  include TopologyFile

  # The log line of the error and the lines that follow it.
  def logged(result)
    result.stderr.lines(chomp: true).drop_while { |line| !line.include?("ERROR") }.drop(1)
          .take_while { |line| line.start_with?("    ") }.map(&:strip)
  end

  it "has the frames of user code, also those around a handler, relative to the working directory" do
    result = local(<<~RUBY)
      require_relative "parts"
      class Broken < Redgale::Bolt
        around { |tuple, handler| handler.call }
        on_receive { |tuple| helper(tuple) }
        def helper(_tuple) = [1].each { |_| raise "no" }
      end
      class NumbersTopology < Redgale::Topology
        spout(Numbers) { max_retries 0 }
        bolt(Broken) { source Numbers, :global }
      end
    RUBY

    expect(result.exitstatus).to eq(3), result.to_s
    expect(logged(result)).to eq(["topology.rb:5:in `block in helper'", "topology.rb:5:in `each'",
                                  "topology.rb:5:in `helper'", "topology.rb:4:in `block in <class:Broken>'",
                                  "topology.rb:3:in `block in <class:Broken>'"])
    expect(result.stderr).not_to include(File.join(SpecProcess::ROOT, "lib"))
  end

  it "has them when it ends the worker, too" do
    result = local(<<~RUBY)
      require_relative "parts"
      class Broken < Redgale::Bolt
        on_init { raise ArgumentError, "no" }
        on_receive { |tuple| tuple }
      end
      class NumbersTopology < Redgale::Topology
        spout Numbers
        bolt(Broken) { source Numbers, :global }
      end
    RUBY

    expect(result.exitstatus).to eq(70), result.to_s
    expect(result.stderr).to include("broken: the worker ends: ArgumentError: no\n")
    expect(logged(result)).to eq(["topology.rb:3:in `block in <class:Broken>'"])
  end

  it "has at most 8 lines, of a stack overflow too" do
    result = local(<<~RUBY)
      require_relative "parts"
      class Deep < Redgale::Bolt
        on_receive { |tuple| deep(tuple) }
        def deep(tuple) = deep(tuple)
      end
      class NumbersTopology < Redgale::Topology
        spout(Numbers) { max_retries 0 }
        bolt(Deep) { source Numbers, :global }
      end
    RUBY

    expect(result.exitstatus).to eq(3), result.to_s
    expect(logged(result)).to eq(["topology.rb:4:in `deep'"] * 8)
  end
end
