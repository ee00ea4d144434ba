# frozen_string_literal: true

require "red_storm"

RSpec.describe RedStorm::Configurator do
  let(:configurator) { described_class.new("default" => 1) }

  def config_of(&block)
    configurator.instance_exec(&block)
    configurator.config
  end

  # Each word of RedStorm's table with its key.
  { debug: ["topology.debug", true], optimize: ["topology.optimize", false], num_workers: ["topology.workers", 3],
    num_ackers: ["topology.acker.executors", 2], message_timeout_secs: ["topology.message.timeout.secs", 10],
    max_task_parallelism: ["topology.max.task.parallelism", 4],
    max_spout_pending: ["topology.max.spout.pending", 100],
    stats_sample_rate: ["topology.stats.sample.rate", 0.5],
    skip_missing_kryo_registrations: ["topology.skip.missing.kryo.registrations", true],
    fall_back_on_java_serialization: ["topology.fall.back.on.java.serialization", false],
    kryo_factory: ["topology.kryo.factory", "a.B"] }.each do |word, (key, value)|
    it "#{word} sets #{key}" do
      configurator.public_send(word, value)

      expect(configurator.config[key]).to eq(value)
    end
  end

  it "begins with the defaults it is given, under String keys" do
    expect(described_class.new(a: 1, "b" => 2).config).to eq("a" => 1, "b" => 2)
  end

  it "sets any key, Symbol or String" do
    expect(config_of { set :mine, 1 and set "topology.worker.childopts", "-Xmx1g" }).to include("mine" => 1)
    expect(config_of { set "topology.worker.childopts", "-Xmx1g" })
      .to eq("default" => 1, "mine" => 1, "topology.worker.childopts" => "-Xmx1g")
  end

  it "turns any other word into the setter of the configuration, which may not be there" do
    expect { configurator.foo_bar(1) }.to raise_error(NoMethodError, /undefined method `setFooBar'/)
    expect { configurator.public_send(:"foo.bar_baz", 1) }.to raise_error(NoMethodError, /`setFooBarBaz'/)
    expect([configurator.respond_to?(:debug), configurator.respond_to?(:foo_bar)]).to eq([true, false])
  end

  it "takes words with a dot as with an underscore" do
    configurator.public_send(:"num.workers", 2)
    expect(configurator.config["topology.workers"]).to eq(2)
  end

  it "does not see words that Kernel has" do
    expect { configurator.instance_exec { test 1 } }.to raise_error(ArgumentError)
  end

  it "reaches what is no setter through config" do
    config_of { config.registerSerialization("a.B") }
    expect(configurator.config["topology.kryo.register"]).to eq(["a.B"])
    expect { configurator.register_serialization("a.B") }.to raise_error(NoMethodError)
  end

  describe RedStorm::Java::Config do
    it "is a Hash with Java's methods, in each spelling" do
      config = described_class.new
      config.setNumWorkers(2)
      config.set_debug(true)
      config.putAll("a" => 1)

      expect(config.put("a", 2)).to eq(1)
      expect([config.get("a"), config["a"], config.containsKey("a"),
              config.contains_key("b")]).to eq([2, 2, true, false])
      expect(config.get("topology.workers")).to eq(2)
    end

    it "has Storm's constants for keys" do
      expect(described_class::TOPOLOGY_TICK_TUPLE_FREQ_SECS).to eq("topology.tick.tuple.freq.secs")
      expect { described_class::NOTHING }.to raise_error(NameError)
    end
  end
end
