# frozen_string_literal: true

require "tempfile"
require "support/process"

# A handler returns several tuples and one of them is wrong: the handler's input fails, and none of them reaches
# anybody. Otherwise the right ones would be processed twice, once for each try.
RSpec.describe "Several tuples returned at once" do
  topology = <<~RUBY
    require "redgale"

    class Numbers < Redgale::Spout
      output_fields :n
      max_retries 0
      on_init { @n = 0 }
      on_send { (@n += 1) <= 3 ? @n : finish }
    end

    class Pairs < Redgale::Bolt
      output_fields :left, :right
      on_receive { |tuple| tuple[:n] == 2 ? [[2, 2], [2, 2, 2]] : [[tuple[:n], 0], [tuple[:n], 1]] }
    end

    class Sink < Redgale::Bolt
      on_values { |left, right| puts "\#{left} \#{right}" }
    end

    class PairsTopology < Redgale::Topology
      spout Numbers
      bolt(Pairs) { source Numbers, :shuffle }
      bolt(Sink) { source Pairs, :shuffle }
    end
  RUBY

  it "are not emitted if one of them has the wrong number of values" do
    result = Tempfile.create(["pairs", ".rb"]) do |file|
      file.write(topology)
      file.close
      SpecProcess.redgale("local", file.path)
    end

    expect(result.exitstatus).to eq(3), result.to_s
    expect(result.stdout).to eq("1 0\n1 1\n3 0\n3 1\n")
    expect(result.stderr).to include("Redgale::EmitError", "has 2 fields", "but the tuple has 3 values")
  end
end
