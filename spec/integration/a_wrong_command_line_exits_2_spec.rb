# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "A wrong command line" do
  include TopologyFile

  {
    [] => /\AA stream processor for Ruby\n\nUsage: redgale <COMMAND>.*^  local .*^  graph .*^  version .*^  compl/m,
    ["nope"] => /unrecognized subcommand 'nope'/,
    ["lcoal"] => /unrecognized subcommand 'lcoal'.*similar.*'local'/m,
    ["local"] => /required arguments were not provided:\s+<FILE>/,
    ["graph"] => /required arguments were not provided:\s+<FILE>/,
    ["local", "a.rb", "b.rb"] => /unexpected argument 'b.rb'/,
    ["local", "a.rb", "--nope"] => /unexpected argument '--nope'/,
    ["local", "a.rb", "--strickt"] => /unexpected argument '--strickt'.*'--strict'/m,
    ["local", "a.rb", "--timeout", "0"] => /invalid value '0' for '--timeout <SECONDS>': expected seconds above 0/,
    ["local", "a.rb", "--timeout", "soon"] => /expected seconds above 0/,
    ["local", "a.rb", "--set", "novalue"] => /invalid value 'novalue' for '--set <KEY=VALUE>': expected KEY=VALUE/,
    ["local", "a.rb", "--set"] => /a value is required for '--set <KEY=VALUE>'/,
    ["local", "a.rb", "--log", "loud"] => /\Aredgale: --log \(or REDGALE_LOG\): `loud` is no level; levels: error/,
    ["local", "a.rb", "--log", "dbug"] => /`dbug` is no level \(did you mean `debug`\?\)/,
    ["graph", "a.rb", "--format", "svg"] => /invalid value 'svg'.*\[possible values: text, mermaid\]/m,
    %w[version extra] => /unexpected argument 'extra'/,
    %w[completions tcl] => /invalid value 'tcl'.*\[possible values: bash, /m
  }.each do |arguments, message|
    it "exits with 2 and says what is wrong: redgale #{arguments.join(" ")}" do
      result = in_folder("a.rb" => "puts 'loaded'") { |folder| SpecProcess.redgale(*arguments, chdir: folder) }

      expect(result.exitstatus).to eq(2), result.to_s
      expect(result.stderr).to match(message)
      expect(result.stdout).to be_empty
    end
  end

  it "is not one that asks for help" do
    result = SpecProcess.redgale("local", "--help")

    expect(result.exitstatus).to eq(0)
    expect(result.stdout).to include("--strict", "--timeout <SECONDS>", "Exit codes:", "75 ")
    expect(result.stderr).to be_empty
  end
end
