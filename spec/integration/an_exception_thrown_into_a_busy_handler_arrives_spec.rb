# frozen_string_literal: true

require "tempfile"
require "support/process"

# A handler that computes is made to offer the VM lock every millisecond. What another thread throws into it meanwhile
# (Thread#raise by Timeout, Thread#kill at the end of the process) reaches it all the same.
RSpec.describe "A handler that computes without a pause" do
  def topology(body)
    <<~RUBY
      require "redgale"
      require "timeout"

      class Numbers < Redgale::Spout
        output_fields :n
        on_init { @n = 0 }
        on_send { (@n += 1) <= 3 ? @n : finish }
      end

      class Busy < Redgale::Bolt
        on_receive { |tuple| #{body} }
      end

      class BusyTopology < Redgale::Topology
        spout Numbers
        bolt(Busy) { source Numbers, :shuffle }
        configure { shutdown_timeout 2 }
      end
    RUBY
  end

  def run(body, *arguments)
    Tempfile.create(["busy", ".rb"]) do |file|
      file.write(topology(body))
      file.close
      SpecProcess.redgale("local", file.path, *arguments, timeout: 30)
    end
  end

  it "is interrupted by Timeout, every time" do
    result = run("begin; Timeout.timeout(0.05) { loop {} }; rescue Timeout::Error; puts tuple[:n]; end")

    expect(result).to have_attributes(exitstatus: 0, stdout: "1\n2\n3\n")
  end

  it "does not hold the process back after --timeout" do
    result = run("loop {} if tuple[:n] == 2", "--timeout", "0.5")

    expect(result.exitstatus).to eq(75), result.to_s
    expect(result.stderr).to include("ended by shutdown_timeout")
  end
end
