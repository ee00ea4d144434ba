# frozen_string_literal: true

require "support/accounting"

# exit, a signal exception and error_policy :die end the run; its account is printed all the same.
RSpec.describe "User code that ends the worker" do
  it "gives the exit status by exit" do
    run = Accounting.run("errors.rb", "exiting")

    expect(run.exitstatus).to eq(7)
    expect(run.notes(:told)).to eq([["SystemExit", 10]])
    expect(run.report).to include("state" => "failed", "exit_code" => 7, "failed" => 1)
    expect(run.report["pending"]["count"]).to be >= 11
    expect(run.stderr).not_to include("SystemExit")
    expect(run).to add_up
  end

  it "prints its counts for people, too" do
    Dir.mktmpdir do |folder|
      file = File.join(Accounting::TOPOLOGIES, "errors.rb")
      result = SpecProcess.redgale("local", file, "--topology", "exiting", "--set", "folder=#{folder}")

      expect(result.exitstatus).to eq(7)
      expect(result.stdout).to eq("")
      expect(result.stderr).to match(/ended by an error after .* tuples acked, .* pending$/)
    end
  end

  { "an exception under error_policy :die" => %w[dies RuntimeError],
    "a signal exception" => %w[raises_interrupt Interrupt] }.each do |what, (topology, error)|
    it "ends it with 70 by #{what}" do
      run = Accounting.run("errors.rb", topology)

      expect(run.exitstatus).to eq(70)
      expect(run.notes(:told)).to eq([[error, 10]])
      expect(run.report).to include("state" => "failed", "exit_code" => 70)
      expect(run.stderr).to match(/the worker ends: #{error}: /)
      expect(run).to add_up
    end
  end
end
