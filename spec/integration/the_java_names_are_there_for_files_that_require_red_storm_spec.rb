# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "The Java names" do
  include TopologyFile

  it "are there, above the require too, and do not count as defined" do
    result = local(<<~RUBY, timeout: 30)
      require 'java'
      java_import 'backtype.storm.testing.TestWordSpout'
      java_import 'java.lang.System', 'org.apache.log4j.Logger'
      java_import('backtype.storm.Config') { |package, name| "Storm\#{name}" if package == "backtype.storm" }
      require 'red_storm'

      module Deep
        java_import 'backtype.storm.tuple.Values'
        class Inside < RedStorm::SimpleSpout
          output_fields :word
          on_init do
            puts Values.new(1, 2).inspect, Fields.new("a").to_list.inspect, TestWordSpout::WORDS.size
            puts StormConfig.new.class, Backtype::Config, Tuple, JRUBY_VERSION, LocalCluster, TopologyBuilder, OutputCollector
            puts Java::OrgApacheLog4j::Logger.getLogger("x").name, java.lang.System.getProperty("none").inspect
            puts System.properties["none"].inspect, Java::java.lang.System == System, Logger == Java::OrgApacheLog4j::Logger
            puts defined?(JRUBY_VERSION).inspect, defined?(Fields).inspect, defined?(::Values).inspect, Deep::Values
          end
          on_send { nil }
        end
        class Top < RedStorm::SimpleTopology
          spout Inside
          on_submit { |env| cluster.shutdown }
        end
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout.lines.drop(1).join).to eq(<<~TEXT)
      [1, 2]
      ["a"]
      5
      RedStorm::Java::Config
      RedStorm::Java::Config
      RedStorm::DSL::Tuple
      1.7.11
      RedStorm::Java::LocalCluster
      RedStorm::Java::TopologyBuilder
      RedStorm::DSL::OutputCollector
      x
      nil
      nil
      true
      true
      nil
      nil
      nil
      RedStorm::Java::Values
    TEXT
  end

  it "are there when a file that is required requires red_storm" do
    files = { "component.rb" => "require 'red_storm'\nclass S < RedStorm::SimpleSpout\n  on_send { nil }\nend\n",
              "topology.rb" => <<~RUBY }
                require_relative 'component'
                class T < RedStorm::SimpleTopology
                  spout S
                  on_submit { puts Values.new(1).inspect; cluster.shutdown }
                end
              RUBY
    result = in_folder(files) { |folder| SpecProcess.redgale("local", "topology.rb", chdir: folder, timeout: 30) }

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to end_with("[1]\n")
  end

  it "are not there for other files" do
    names = %w[Values Fields Tuple Config Backtype LocalCluster StormSubmitter TopologyBuilder OutputCollector Java
               TestWordSpout JRubyBolt JRubySpout JRubyShellBolt JRubyShellSpout JRUBY_VERSION RedStorm]
    result = local(<<~RUBY, timeout: 30)
      puts #{names}.select { |name| Object.const_get(name) rescue false }.inspect
      puts %i[java_import java org].select { |name| Object.private_method_defined?(name) }.inspect
      begin
        require "java"
      rescue LoadError
        puts "no java"
      end
      #{TopologyFile::SOUND}
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to start_with("[]\n[]\nno java\n")
  end

  it "are there inside of the module RedStorm, where RedStorm's own examples stand" do
    result = local(<<~RUBY, timeout: 30)
      java_import 'java.lang.System'
      require 'red_storm'
      class Engine; end
      module RedStorm
        module Examples
          class VersionSpout < DSL::Spout
            output_fields :dummy
            on_init do
              puts Java::OrgApacheLog4j::Logger.getLogger("x").name, Java::java.lang.System == System, JRUBY_VERSION
              puts Values.new(VERSION).inspect, Engine, Java::BacktypeStorm::Config.new.class
            end
            on_send {}
          end
          class VersionTopology < SimpleTopology
            spout VersionSpout
            on_submit { |env| cluster.shutdown }
          end
        end
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    expect(printed_lines(result)).to eq(["x", "true", "1.7.11", '["0.7.0.beta1"]', "Engine", "RedStorm::Java::Config"])
  end

  def printed_lines(result) = result.stdout.lines.drop(1).map(&:chomp)

  it "give way to the user's own constants" do
    result = local(<<~RUBY, timeout: 30)
      require 'red_storm'
      class Values < Struct.new(:own); end
      module Tuple; end
      class S < RedStorm::SimpleSpout
        on_init { puts Values.new(1).own, Tuple.class }
        on_send { nil }
      end
      class T < RedStorm::SimpleTopology
        spout S
        on_submit { cluster.shutdown }
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to end_with("1\nModule\n")
  end

  ["java_import 'storm.kafka.KafkaSpout'", "x = Java::StormKafka::KafkaSpout.new", "x = Java::storm.kafka.KafkaSpout"]
    .each do |line|
      it "of a class that there is not is an error with its line and what to use instead: #{line}" do
        result = local("require 'red_storm'\n#{line}\n", timeout: 30)

        expect(result.exitstatus).to eq(1), result.to_s
        expect(result.stderr).to eq("redgale: topology.rb:2: RedStorm::Java::UnknownClass: cannot load Java class " \
                                    "storm.kafka.KafkaSpout: there is no JVM; write a spout with a Kafka client for " \
                                    "Ruby\n")
      end
    end

  it "do not hide a misspelt constant" do
    result = local("require 'red_storm'\nValuez\n", timeout: 30)

    expect([result.exitstatus, result.stderr])
      .to eq([1, "redgale: topology.rb:2: NameError: uninitialized constant Valuez\n"]), result.to_s
  end
end
