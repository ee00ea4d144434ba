# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "on_submit" do
  include TopologyFile

  def text(on_submit)
    TopologyFile::SOUND.sub(/^end/, "  #{on_submit}\nend")
  end

  it "runs once, in the process that configures, before any on_init, and gets the environment" do
    result = local(text('on_submit { |env| puts ["submit", env.inspect, Process.pid].join(" ") }'), "--env", "cluster")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout.lines(chomp: true).grep(/submit|on_init/))
      .to match([/\Asubmit :cluster \d+\z/, "on_init ran", "on_init ran"])
    expect(result.stdout).to start_with("submit")
  end

  it "runs for Redgale.run, too" do
    result = ruby("#{text('on_submit { |env| puts ["submit", env.inspect].join(" ") }')}Redgale.run(NumbersTopology)\n")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to start_with("submit :local\non_init ran\n")
  end

  it "ends everything with 1 if it raises" do
    result = local(text('on_submit { raise "not today" }'))

    expect(result.exitstatus).to eq(1), result.to_s
    expect(result.stderr).to eq("topology.rb:5: `on_submit` raised RuntimeError: not today\n" \
                                "redgale: 1 problem found; nothing was run\n")
    expect(result.stdout).to be_empty
  end

  it "raises from Redgale.run" do
    result = ruby(<<~RUBY)
      #{text('on_submit { raise "not today" }')}
      begin
        Redgale.run(NumbersTopology)
      rescue Redgale::DefinitionError => e
        puts e.message
      end
    RUBY

    expect(result.stdout).to eq("program.rb:5: `on_submit` raised RuntimeError: not today\n")
  end

  it "does not run for graph, nor if the definition is wrong" do
    result = graph(text('on_submit { puts "submit" }'))
    wrong = local(text('on_submit { puts "submit" }; workers 3'))

    expect([result.exitstatus, wrong.exitstatus]).to eq([0, 1])
    expect(result.stdout + wrong.stdout).not_to include("submit")
  end
end
