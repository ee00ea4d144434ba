# frozen_string_literal: true

require "redgale/version"
require "support/process"

RSpec.describe "redgale" do
  it "tells its version and the Ruby that runs topologies" do
    result = SpecProcess.redgale("version")

    expect(result.exitstatus).to eq(0)
    expect(result.stdout).to eq("redgale #{Redgale::VERSION}\nruby    #{RbConfig.ruby}\n")
    expect(SpecProcess.redgale("--version").stdout).to eq("redgale #{Redgale::VERSION}\n")
  end

  %w[bash zsh fish].each do |shell|
    it "prints a completion script for #{shell}" do
      result = SpecProcess.redgale("completions", shell)

      expect(result.exitstatus).to eq(0)
      expect(result.stdout).to include("redgale", "local", "graph", "strict")
    end
  end

  it "prints one that bash can read" do
    script = SpecProcess.redgale("completions", "bash").stdout
    result = SpecProcess.run("bash", "-c", "#{script}\ncomplete -p redgale")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to include("_redgale")
  end
end
