# frozen_string_literal: true

require "support/red_storm_file"

RSpec.describe "A RedStorm topology that is wrong" do
  include RedStormFile

  def wrong(text)
    result = local(text, timeout: 30)
    expect(result.exitstatus).to eq(1), result.to_s
    expect(result.stderr).not_to include("lib/red_storm")
    result.stderr
  end

  # A topology with another second component.
  def with(second)
    endless.sub("bolt(Show) { source Numbers, :global }", second)
  end

  { "bolt(Show) { source Numbers, :shufle }" => "RuntimeError: unknown grouper=:shufle",
    "bolt(Show) { source Numbers, [:fields, :n] }" => "RuntimeError: unknown grouper=[:fields, :n]",
    "bolt(Show) { source :nobody, :shuffle }" => "RuntimeError: cannot resolve Show source id=nobody",
    "bolt(Show, :id => :numbers) { source Numbers, :shuffle }" =>
      "RuntimeError: duplicate id in Show on id=numbers",
    "bolt Show" => "RedStorm::DSL::TopologyDefinitionError: Show, show, bolt definition body required" }
    .each do |second, message|
      it "is refused with its line: #{second}" do
        expect(wrong(with(second))).to eq("redgale: topology.rb:14: #{message}\n")
      end
    end

  it "is refused with its line: a word that Storm's configuration does not have" do
    expect(wrong(endless("configure { |env| debgu true }")))
      .to start_with("redgale: topology.rb:15: NoMethodError: undefined method `setDebgu'")
  end

  { "bolt(Show) { source Numbers, :fields => :word }" =>
      "source of `show`: field `word` is not declared by stream `default` of `numbers`; it has: n",
    "bolt(Show) { source Numbers, :shuffle, 'errors' }" =>
      "source of `show`: `numbers` has no stream `errors`; it declares: default",
    "bolt(Show) { set 'x', 1 }" => "bolt `show` has no source: its block needs `source ...`" }
    .each do |second, message|
      it "is refused as Storm refuses it, with its line: #{second}" do
        expect(wrong(with(second)))
          .to eq("topology.rb:14: #{message}\nredgale: 1 problem found; nothing was run\n")
      end
    end

  it "is refused with all that is wrong, of configuration too" do
    expect(wrong(endless("configure { max_spout_pending 0 }")))
      .to include("`topology.max.spout.pending` takes a whole number from 1, not 0")
  end

  it "is refused if a class cannot be made without arguments" do
    expect(wrong(with("class Hard < RedStorm::SimpleBolt; def initialize(a); end; end\n" \
                      "bolt(Hard) { source Numbers, :shuffle }")))
      .to match(/\Aredgale: topology.rb:\d+: ArgumentError: wrong number of arguments \(given 0, expected 1\)\n\z/)
  end

  it "is refused if the class that a JRubyBolt names is not there" do
    text = <<~RUBY
      require 'red_storm'
      class Raw
        RedStorm::Configuration.topology_class = self
        def start(env)
          builder = TopologyBuilder.new
          builder.setSpout("s", JRubySpout.new(nil, "Nowhere", []))
          LocalCluster.new.submitTopology("raw", {}, builder.createTopology)
        end
      end
    RUBY
    expect(wrong(text)).to include("NameError: uninitialized constant Nowhere")
  end

  { "DRPCTopology" => "DRPC", "BatchBolt" => "batches (with DRPC)", "BatchCommitterBolt" => "batches (with DRPC)",
    "BatchSpout" => "Trident" }.each do |name, part|
    it "says what is missing: #{name}" do
      expect(wrong("require 'red_storm'\nclass Mine < RedStorm::DSL::#{name}; end\n"))
        .to start_with("redgale: topology.rb:2: `RedStorm::DSL::#{name}` is not available yet: it comes with #{part}")
    end
  end

  it "is refused if it has a component of Redgale's" do
    expect(wrong(with("class Other < Redgale::Bolt; on_receive { nil }; end\nbolt(Other) { source Numbers, :global }")))
      .to match(/\Aredgale: topology.rb:15: .*TopologyDefinitionError: .*Other is a component of Redgale's: it runs in/)
  end

  it "is refused if it is a topology of Redgale's with a component of RedStorm's" do
    text = endless.sub("RedStorm::SimpleTopology", "Redgale::Topology")
    expect(wrong(text)).to match(/topology.rb:\d+: Numbers is a RedStorm component: it runs in topologies that inherit/)
  end

  it "says that there is no topology" do
    expect(wrong("require 'red_storm'\n"))
      .to eq("redgale: topology.rb: has no topology: a class that inherits from RedStorm::DSL::Topology (or " \
             "Redgale::Topology), or that sets RedStorm::Configuration.topology_class, is needed\n")
  end
end
