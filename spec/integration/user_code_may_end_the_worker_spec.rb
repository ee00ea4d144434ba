# frozen_string_literal: true

require "support/accounting"

# exit, a signal exception and error_policy :die end the run; its account is printed all the same.
RSpec.describe "User code that ends the worker" do
  it "gives the exit status by exit" do
    run = Accounting.run("errors.rb", "exiting")

    expect(run.exitstatus).to eq(7)
    expect(run.notes(:told)).to eq([["SystemExit", 10]])
    expect(run.report).to include("state" => "failed", "exit_code" => 7)
    expect(run.report.dig("components", "exiting_bolt", "failed")).to eq(1)
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

  %w[oninit ontick onclose onsend onactivate ondeactivate onack].each do |callback|
    it "may exit in #{callback.sub('on', 'on_')}" do
      run = Accounting.run("exits.rb", callback, set: { code: "exit 9" })

      expect(run.exitstatus).to eq(9), run.to_s
      expect(run.report).to include("state" => "failed", "exit_code" => 9)
      expect(run).to add_up unless callback == "onack" # that on_ack keeps no book
    end
  end

  it "ends it with 70 by any error in on_init: a component that cannot be made cannot work" do
    run = Accounting.run("exits.rb", "oninit", set: { code: "raise IOError, 'no such host'" })

    expect(run.exitstatus).to eq(70)
    expect(run.stderr).to match(/the worker ends: IOError: no such host/)
    expect(run.report).to include("emitted" => 0)
  end

  %w[ontick onclose onactivate ondeactivate].each do |callback|
    it "does not end it by an error in #{callback.sub('on', 'on_')}: that is logged and counted" do
      run = Accounting.run("exits.rb", callback, set: { code: "raise Exception, 'bad'" })

      expect(run.exitstatus).to eq(0), run.to_s
      expect(run.report).to include("state" => "finished", "acked" => 20)
      expect(run.report["errors"].values.first).to be >= 1
      expect(run.stderr).to match(/Exception: bad/)
      expect(run).to add_up
    end
  end
end
