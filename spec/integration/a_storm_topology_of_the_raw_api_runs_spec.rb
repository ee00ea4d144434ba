# frozen_string_literal: true

require "support/red_storm_file"

RSpec.describe "A topology of Storm's raw API" do
  include RedStormFile

  # Plain classes, as RedStorm's native examples have them.
  let(:classes) do
    <<~RUBY
      java_import 'backtype.storm.testing.TestWordSpout'
      require 'red_storm'

      class ExclamationBolt
        def prepare(conf, context, collector)
          @collector = collector
        end

        def execute(tuple)
          @collector.emit(tuple, Values.new(tuple.getString(0) + "!"))
          @collector.ack(tuple)
        end

        def get_component_configuration
        end

        def declare_output_fields(declarer)
          declarer.declare(Fields.new("word"))
        end
      end

      class CountdownSpout
        attr_reader :is_distributed

        def open(conf, context, collector)
          @collector = collector
          @left = conf["start"]
          puts "opened with \#{conf["start"]}"
        end

        def next_tuple
          @collector.emit(Values.new("word"), @left -= 1) if @left > 0
        end

        def ack(id)
          puts "acked \#{id}"
        end

        def declare_output_fields(declarer)
          declarer.declare(Fields.new("word"))
        end

        def get_component_configuration
          { "start" => 2 }
        end
      end

      class ShowBolt
        def prepare(conf, context, collector)
          @collector = collector
        end

        def execute(tuple)
          puts tuple
          @collector.ack(tuple)
        end

        def declare_output_fields(declarer); end

        def cleanup
          puts "cleaned up"
        end
      end
    RUBY
  end

  let(:start) do
    <<~RUBY
      builder = TopologyBuilder.new
      builder.setSpout('count', JRubySpout.new(nil, "CountdownSpout", []))
      builder.setBolt('exclaim', JRubyBolt.new(nil, "ExclamationBolt", ["text"]), 2).setNumTasks(4).shuffleGrouping('count')
      builder.setBolt('show', JRubyBolt.new(nil, "ShowBolt", [])).fieldsGrouping('exclaim', Fields.new("text"))
      conf = Backtype::Config.new
      conf.setMaxTaskParallelism(3)
      cluster = LocalCluster.new
      cluster.submitTopology("raw", conf, builder.createTopology)
      sleep 0.5
      cluster.killTopology("raw")
      cluster.shutdown
    RUBY
  end

  def topology(body, signature)
    ["#{classes}class RawTopology", "RedStorm::Configuration.topology_class = self", "def #{signature}", body, "end",
     "end"].join("\n")
  end

  { "start(env)" => ["puts env", "local"], "start(path, env)" => ["puts [path, env]", "topology.rb"],
    "start(*all)" => ["puts all", "local"] }.each do |signature, (say, said)|
    it "runs, with #{signature}" do
      result = local(topology("#{say}\n#{start}", signature), timeout: 30)

      expect(result.exitstatus).to eq(0), result.to_s
      expect(printed(result)).to start_with(said)
      expect(printed(result).lines.map(&:chomp).sort)
        .to include("acked 0", "acked 1", "cleaned up", "opened with 2")
        .and include(/\Asource: exclaim:\d, stream: default, id: \{\}, \[word!\]\z/)
    end
  end

  it "may submit another topology when the first was killed" do
    twice = "%w[raw0 raw1].each do |name|\n#{start.gsub('"raw"', 'name')}end"
    result = local(topology(twice, "start(env)"), timeout: 30)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stderr).to include("raw0 drained", "raw1 drained")
    expect(printed(result).scan("cleaned up").size).to eq(2)
  end

  it "runs one topology at a time" do
    twice = start.sub("sleep 0.5", 'cluster.submitTopology("second", conf, builder.createTopology)')
    result = local(topology(twice, "start(env)"), timeout: 30)

    expect(result.exitstatus).to eq(70), result.to_s
    expect(result.stderr).to include("LocalCluster runs one topology at a time: kill `raw` before `second`")
  end

  it "on StormSubmitter says that the cluster is missing" do
    result = local(topology(start.sub("cluster.submitTopology", "StormSubmitter.submitTopology"), "start(env)"),
                   timeout: 30)

    expect(result.exitstatus).to eq(1), result.to_s
    expect(result.stderr).to include("Redgale::NotAvailable: `StormSubmitter` is not available yet: it comes with " \
                                     "the cluster in a later release")
  end

  it "with a start that submits nothing ends with 0" do
    result = local(topology("puts 'nothing'\n", "start(env)"), timeout: 30)

    expect([result.exitstatus, printed(result)]).to eq([0, "nothing\n"]), result.to_s
  end

  it "needs a class with start" do
    result = local("require 'red_storm'\nclass Broken; RedStorm::Configuration.topology_class = self; end\n",
                   timeout: 30)

    expect(result.exitstatus).to eq(1), result.to_s
    expect(result.stderr)
      .to eq("redgale: topology.rb: invalid topology class Broken: it needs a method `start(env)`\n")
  end

  it "takes plain classes in RedStorm's DSL, as up to 0.6.5" do
    result = local("#{classes}#{<<~RUBY}", timeout: 30)
      class PlainTopology < RedStorm::SimpleTopology
        spout CountdownSpout
        bolt(ExclamationBolt) { source CountdownSpout, :shuffle }
        bolt(ShowBolt) { source ExclamationBolt, :fields => "word" }
        configure { set "start", 9 }
        on_submit { |env| sleep 0.5; cluster.shutdown }
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    expect(printed(result).lines.grep(/acked|opened|cleaned/).map(&:chomp).sort)
      .to eq(["acked 0", "acked 1", "cleaned up", "opened with 2"])
  end
end
