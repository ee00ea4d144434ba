# frozen_string_literal: true

require "red_storm"
require "red_storm/java/names"

RSpec.describe RedStorm::Java::Classes do
  it "finds the stand-ins by the full name of the Java class, and by JRuby's constant" do
    expect(described_class.find("backtype.storm.tuple.Values")).to eq(RedStorm::Java::Values)
    expect(described_class.find("Java::BacktypeStormTuple::Values")).to eq(RedStorm::Java::Values)
    expect(described_class.find("Java::JavaLang::System")).to eq(RedStorm::Java::System)
  end

  { "storm.kafka.KafkaSpout" => "write a spout with a Kafka client for Ruby",
    "storm.trident.TridentTopology" => "Trident is not supported; use spouts and bolts",
    "backtype.storm.LocalDRPC" => "DRPC comes in a later release",
    "backtype.storm.transactional.X" => "Storm's transactional topologies are not supported; use message ids",
    "redstorm.storm.jruby.JRubyTridentFunction" => "Trident is not supported; use spouts and bolts",
    "redis.clients.jedis.Jedis" => "use the gem redis",
    "java.util.HashMap" => "use a Ruby Hash",
    "java.util.concurrent.LinkedBlockingQueue" => "use Ruby's Queue, SizedQueue, Mutex and Thread",
    "com.example.Thing" => "write it in Ruby, or run it as a program of its own" }.each do |name, instead|
    it "says what to use instead of #{name}" do
      expect { described_class.find(name) }.to raise_error(
        RedStorm::Java::UnknownClass, "cannot load Java class #{name}: there is no JVM; #{instead}"
      )
    end
  end

  it "raises what JRuby raises: a NameError" do
    expect(RedStorm::Java::UnknownClass.superclass).to eq(NameError)
  end

  it "has each class under the name that its constant imports" do
    known = RedStorm::Java::Names::CONSTANTS.values - %w[backtype.storm.LocalDRPC
                                                         backtype.storm.coordination.BatchBoltExecutor
                                                         backtype.storm.drpc.LinearDRPCTopologyBuilder]
    expect(known - described_class::KNOWN.keys).to eq([])
  end

  describe RedStorm::Java::Package do
    it "leads to a class, asked for one part of its name after the other" do
      java = described_class.of("java")
      expect(java.lang.System).to eq(RedStorm::Java::System)
      expect(described_class.of("org").apache.log4j.Logger).to eq(RedStorm::Java::Logger)
      expect { java.util.HashMap }.to raise_error(RedStorm::Java::UnknownClass, /java\.util\.HashMap/)
      expect { java.lang.thing(1) }.to raise_error(NoMethodError, /Java package java\.lang/)
    end
  end

  describe RedStorm::Java::Root do
    # The constant `Java` of a program.
    it "has packages as modules, and as methods" do
      java = Module.new.extend(described_class)
      expect(java::OrgApacheLog4j::Logger).to eq(RedStorm::Java::Logger)
      expect(java::BacktypeStormTesting::TestWordSpout).to eq(RedStorm::Java::TestWordSpout)
      expect(java.java.lang.System).to eq(RedStorm::Java::System)
      expect(java.backtype.storm.Config).to eq(RedStorm::Java::Config)
      expect { java::JavaUtil::HashMap }.to raise_error(RedStorm::Java::UnknownClass, /java\.util\.HashMap/)
      expect { java::OTHER }.to raise_error(NameError, /uninitialized constant/)
    end
  end
end
