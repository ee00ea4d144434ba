# frozen_string_literal: true

require "fileutils"
require "tmpdir"
require "support/process"

# bin/setup on this machine, which has everything, made to look poorer by a PATH of chosen programs.
RSpec.describe "bin/setup" do
  around { |example| Dir.mktmpdir("redgale-setup") { |folder| @folder = folder and example.run } }

  let(:needed) { %w[dirname sort head id cat cargo ruby gem rake rspec rubocop yard cc make python3] }

  # Makes a folder that can stand as a whole PATH.
  def programs(names)
    File.join(@folder, "bin").tap do |bin|
      FileUtils.mkdir_p(bin)
      names.each { |name| File.symlink(find(name), File.join(bin, name)) }
    end
  end

  def find(name)
    ENV.fetch("PATH").split(":").map { |folder| File.join(folder, name) }.find { |path| File.executable?(path) }
  end

  # An apt-get that installs nothing and notes how it was called.
  def recording_apt(bin)
    File.write(File.join(bin, "apt-get"), "#!/bin/sh\necho \"$@\" >> #{calls}\n", perm: 0o755)
  end

  def calls = File.join(@folder, "calls")

  def setup(path, env = {})
    SpecProcess.run("/bin/bash", "bin/setup", timeout: 20, env: { "PATH" => path }.merge(env))
  end

  it "does nothing, says nothing and is quick when all is there" do
    bin = programs(needed)
    recording_apt(bin)
    results = Array.new(5) { setup(bin) }

    expect(results).to all(have_attributes(exitstatus: 0, stdout: "", stderr: ""))
    expect(File.exist?(calls)).to be(false)
    expect(results.map(&:seconds).min).to be < 0.5
  end

  it "names what is missing, and its package, where there is no apt" do
    result = setup(programs(needed - %w[yard make]))

    expect(result).to have_attributes(exitstatus: 1, stdout: "")
    expect(result.stderr).to include("no apt-get", "make (make)", "yard (yard)")
    expect(result.stderr).not_to include("rspec", "cargo")
  end

  it "asks apt for what is missing and nothing else", if: Process.uid.zero? do
    bin = programs(needed - ["yard"])
    recording_apt(bin)
    result = setup(bin)

    expect(result.stdout).to eq("redgale setup: installing yard\n")
    expect(File.readlines(calls, chomp: true)).to match([/\Aupdate/, /\Ainstall .* yard\z/])
    expect(result.exitstatus).to eq(1) # the stand-in installed nothing, so yard is still missing
    expect(result.stderr).to include("still not found", "yard (yard)")
  end

  it "says how to get Rust where there is no cargo" do
    result = setup(programs(needed - ["cargo"]), "CARGO_HOME" => "/nonexistent")

    expect(result.exitstatus).to eq(1)
    expect(result.stderr).to match(/cargo is missing.*Install Rust 1\.95 or newer with rustup/)
  end

  it "refuses a Rust that is too old" do
    bin = programs(needed - ["cargo"])
    File.write(File.join(bin, "cargo"), "#!/bin/sh\necho 'cargo 1.63.0 (fd9c4297c 2022-07-01)'\n", perm: 0o755)
    result = setup(bin)

    expect(result.exitstatus).to eq(1)
    expect(result.stderr).to include("Rust 1.63.0 is too old, 1.95 is needed")
  end
end
