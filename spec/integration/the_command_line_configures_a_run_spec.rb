# frozen_string_literal: true

require "json"
require "support/topology_file"

RSpec.describe "redgale local" do
  include TopologyFile

  shows_config = <<~RUBY
    require_relative "parts"
    require "json"
    class ShowConfig < Redgale::Bolt
      on_init { puts JSON.generate(config) }
      on_receive { nil }
    end
    class SpecTopology < Redgale::Topology
      spout Numbers
      bolt(ShowConfig) { source Numbers, :shuffle }
      configure do |env|
        set "a", "of the file"
        set "env", env
        max_spout_pending 7
      end
    end
  RUBY

  def shown(result)
    expect(result.exitstatus).to eq(0), result.to_s
    JSON.parse(result.stdout.lines.find { |line| line.start_with?("{") })
  end

  it "runs a topology: user output on stdout, the report on stderr" do
    result = local(TopologyFile::SOUND)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout.lines(chomp: true)).to contain_exactly("on_init ran", "on_init ran", "1", "2", "3")
    expect(result.stderr).to match(/\Anumbers_topology finished after \d+\.\d\d s: 3 tuples acked, /)
  end

  it "takes values of --set as JSON if they parse, else as text, and by word or key" do
    given = ["a=3", 'list=[1,"b",{"c":null}]', "text=x=y z", "off=false", "empty=", "max_spout_pending=9"]

    expect(shown(local(shows_config, *given.flat_map { |pair| ["--set", pair] })))
      .to eq("a" => 3, "list" => [1, "b", { "c" => nil }], "text" => "x=y z", "off" => false, "empty" => "",
             "env" => "local", "topology.max.spout.pending" => 9)
    expect(shown(local(shows_config, "--set", "topology.max.spout.pending=8")))
      .to include("topology.max.spout.pending" => 8)
  end

  it "leaves the file's configuration alone without --set" do
    expect(shown(local(shows_config)))
      .to eq("a" => "of the file", "env" => "local", "topology.max.spout.pending" => 7)
  end

  it "refuses a value of --set that a key cannot have, naming --set as the place" do
    result = local(shows_config, "--set", "max_spout_pending=many", "--set", "topology.foo=1")

    expect(result.exitstatus).to eq(1)
    expect(result.stderr.lines(chomp: true))
      .to eq(["--set: `topology.max.spout.pending` takes a whole number from 1, not \"many\"",
              "--set: unknown configuration key `topology.foo`",
              "redgale: 2 problems found; nothing was run"])
  end

  it "gives configure blocks what --env says" do
    expect(shown(local(shows_config, "--env", "staging"))).to include("env" => "staging")
  end

  it "drains after --timeout seconds, and closes what it opened" do
    result = local(<<~RUBY, "--timeout", "0.5", timeout: 30)
      require_relative "parts"
      class Endless < Redgale::Spout
        output_fields :n
        on_init { @n = 0 }
        on_send { sleep 0.01 && nil; @n += 1 }
        on_deactivate { puts "deactivated" }
        on_close { puts "closed" }
      end
      class SpecTopology < Redgale::Topology
        spout Endless
        bolt(Show) { source Endless, :shuffle; on_receive { nil }; on_close { puts "bolt closed" } }
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout.lines(chomp: true).last(3)).to match_array(["deactivated", "closed", "bolt closed"])
    expect(result.stderr).to match(/spec_topology drained after .* 0 failures, 0 given up, 0 pending$/)
    expect(result.stderr[/after (\d+\.\d+) s/, 1].to_f).to be >= 0.5
  end

  it "shows log lines from --log on, also by REDGALE_LOG" do
    text = TopologyFile::SOUND.sub(":global }", ":global; on_init { log.debug 'a detail'; log.warn 'odd' } }")

    expect(local(text).stderr).to include("odd").and(satisfy { |said| !said.include?("a detail") })
    expect(local(text, "--log", "debug").stderr).to include("odd", "a detail")
    expect(local(text, "--log", "error").stderr).not_to include("odd")
    expect(local(text, env: { "REDGALE_LOG" => "error" }).stderr).not_to include("odd")
  end

  it "warns of what is odd, and runs" do
    result = local(<<~RUBY)
      #{TopologyFile::SOUND}
      class NumbersTopology
        configure do
          set "max_spout_pending", 5
          kryo_register ["a"]
        end
        bolt(Show, id: :lonely) { source :lonely2, :shuffle; output_fields :n }
        bolt(Show, id: :lonely2) { source :lonely, :shuffle; output_fields :n }
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    warnings = result.stderr.lines.grep(/WARN/)
    expect(warnings.grep(/topology\.rb:9: `set "max_spout_pending"` sets a key of your own/).size).to eq(1)
    expect(warnings.grep(/topology\.rb:10: `topology\.kryo\.register` has no effect here/).size).to eq(1)
    expect(warnings.grep(/no spout leads to `lonely2?`: it will never get a tuple/).size).to eq(2)
  end
end
