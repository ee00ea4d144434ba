# frozen_string_literal: true

require "red_storm/support/red_storm_run"
require "red_storm/java/test_word_spout"

RSpec.describe RedStorm::DSL::Topology do
  include RedStormRun

  let(:spout_class) { define("My::LineSpout", RedStorm::DSL::Spout) { output_fields :line } }
  let(:bolt_class) { define("My::SplitBolt", RedStorm::DSL::Bolt) { output_fields :word } }

  # A topology of the spout and one bolt, whose block is given.
  def with_bolt(klass = bolt_class, *arguments, **options, &block)
    first = spout_class
    topology do
      spout first
      bolt(klass, *arguments, **options, &block)
    end
  end

  # What Redgale is told of it.
  def model(topology, config = {})
    conf = topology.configuration(:local).merge(config)
    RedStorm::OnRedgale::Build.new(topology.topology_name, conf, topology.build_topology).definition.to_model
  end

  def bolt_model(...) = model(with_bolt(...))["components"].last

  describe "underscore" do
    { "WordCountTopology" => "word_count_topology", "ABTopology" => "a_btopology", "X9YTopology" => "x9_ytopology",
      "XMLHTTPTopology" => "x_ml_ht_tp_topology", "HTTPSink" => "h_tt_psink", "ParseXML" => "parse_xm_l",
      "JRubyShellBolt" => "j_ruby_shell_bolt", "FooBolt2" => "foo_bolt2",
      "Java::BacktypeStormTesting::TestWordSpout" => "test_word_spout" }.each do |name, id|
      it "makes #{id} of #{name}" do
        expect(described_class.underscore(name)).to eq(id)
      end
    end
  end

  describe "spout and bolt" do
    it "have the class's last name as id, and one executor" do
      made = model(with_bolt { source :line_spout, :shuffle })
      expect(made["components"].map { |part| part.values_at("id", "executors", "tasks") })
        .to eq([["line_spout", 1, 1], ["split_bolt", 1, 1]])
    end

    it "take :id and :parallelism, ids of any kind" do
      made = with_bolt(id: :Split2, parallelism: 3) { source "line_spout", :shuffle }
      expect(model(made)["components"].last.values_at("id", "executors")).to eq(["Split2", 3])
      expect([made.bolts.first.id, made.bolts.first.parallelism]).to eq(["Split2", 3])
      expect(with_bolt(id: 7) { source :line_spout, :all }.bolts.first.id).to eq("7")
    end

    it "ignore unknown options" do
      expect(bolt_model(nonsense: true) { source :line_spout, :shuffle }["executors"]).to eq(1)
    end

    it "have constants with the default parallelism" do
      expect([described_class::DEFAULT_SPOUT_PARALLELISM, described_class::DEFAULT_BOLT_PARALLELISM]).to eq([1, 1])
    end

    it "bolt needs a block" do
      expect { with_bolt }.to raise_error(RedStorm::DSL::TopologyDefinitionError,
                                          "My::SplitBolt, split_bolt, bolt definition body required")
      expect { with_bolt(id: :x) }.to raise_error(/My::SplitBolt, x, bolt/)
    end

    it "say that a class without a name needs an :id" do
      nameless = Class.new(RedStorm::DSL::Bolt)
      expect { with_bolt(nameless) { source :line_spout, :shuffle } }
        .to raise_error(RedStorm::DSL::TopologyDefinitionError, /has no name to make an id of/)
      expect(bolt_model(nameless, id: :given) { source :line_spout, :shuffle }["id"]).to eq("given")
    end

    it "hand constructor arguments to Java classes only" do
      expect(bolt_model(bolt_class, [1, 2]) { source :line_spout, :shuffle }["id"]).to eq("split_bolt")
      made = with_bolt(bolt_class, ["ignored"]) { source :line_spout, :shuffle }
      expect(made.bolts.first.constructor_args).to eq(["ignored"])
      words = topology { spout RedStorm::Java::TestWordSpout, [true], parallelism: 2 }
      expect(model(words)["components"].first.values_at("id", "executors")).to eq(["test_word_spout", 2])
    end

    it "can be asked for what they made" do
      made = with_bolt { source :line_spout, :shuffle }
      expect([made.spouts.map(&:id), made.bolts.map(&:clazz), made.components.size])
        .to eq([["line_spout"], [bolt_class], 2])
      expect(made.bolts.first.sources.map { |source| [source.source_id, source.grouping, source.stream] })
        .to eq([["line_spout", :shuffle, "default"]])
    end
  end

  describe "the block of a component" do
    it "names fields that win over the class's; without arguments it gives them" do
      fields = nil
      made = bolt_model do
        source :line_spout, :shuffle
        output_fields :a, :b
        fields = output_fields
      end
      expect([made["streams"].first["fields"], fields]).to eq([%w[a b], %w[a b]])
      expect(bolt_model { source :line_spout, :shuffle }["streams"].first["fields"]).to eq(["word"])
    end

    it "configures the component; it wins over the class's configure" do
      bolt_class.configure do
        max_task_parallelism 8
        set "mine", 1
      end
      made = bolt_model do
        source :line_spout, :shuffle
        max_task_parallelism 2
        set :yours, 2
      end
      expect(made["config"]).to include("topology.max.task.parallelism" => 2, "mine" => 1, "yours" => 2)
    end

    it "raises for a word that is no setter" do
      expect { with_bolt { nonsense 1 } }.to raise_error(NoMethodError, /`setNonsense'/)
    end
  end

  describe "source" do
    def grouping(...) = bolt_model { source(...) }["sources"].first["grouping"]

    %i[shuffle local_or_shuffle global all none].each do |plain|
      it "#{plain} is the grouping of that name" do
        expect(grouping(:line_spout, plain)).to eq("type" => plain.to_s)
      end
    end

    it "direct makes the stream direct, for collector.emitDirect" do
      made = model(with_bolt { source :line_spout, :direct })["components"]
      expect([made.last["sources"].first["grouping"]["type"], made.first["streams"].first["direct"]])
        .to eq(["direct", true])
    end

    [{ fields: "line" }, { fields: :line }, { fields: ["line"] }, { fields: [:line] }].each do |fields|
      it "#{fields} groups by the field" do
        expect(grouping(:line_spout, fields)).to eq("type" => "fields", "fields" => ["line"])
      end
    end

    it "a Hash with another grouping is that grouping; only its first pair is read" do
      expect(grouping(:line_spout, { shuffle: true })).to eq("type" => "shuffle")
      expect(grouping(:line_spout, { global: nil, fields: ["line"] })).to eq("type" => "global")
    end

    it "fields without any is Storm's global grouping" do
      expect(grouping(:line_spout, :fields)).to eq("type" => "global")
    end

    [%i[fields line], :shufle, "shuffle", nil].each do |unknown|
      it "#{unknown.inspect} is refused when the topology is built, not before" do
        made = with_bolt { source :line_spout, unknown }
        expect { made.build_topology }.to raise_error(RuntimeError, "unknown grouper=#{unknown.inspect}")
      end
    end

    it "names a component by class, Symbol, String or number" do
      klass = spout_class
      [klass, :line_spout, "line_spout"].each do |name|
        expect(bolt_model { source name, :shuffle }["sources"].first["component"]).to eq("line_spout")
      end
      first = spout_class
      second = bolt_class
      made = model(topology do
        spout first, id: 1
        bolt(second) { source 1, :shuffle }
      end)
      expect(made["components"].last["sources"].first["component"]).to eq("1")
    end

    it "may stand several times" do
      first = spout_class
      second = bolt_class
      made = model(topology do
        spout first
        spout first, id: :other
        bolt second do
          source first, :shuffle
          source :other, fields: ["line"]
        end
      end)
      expect(made["components"].last["sources"].map { |source| source["component"] }).to eq(%w[line_spout other])
    end

    it "that reads the same stream again replaces the first" do
      made = bolt_model do
        source :line_spout, :shuffle
        source :line_spout, :all
      end
      expect(made["sources"].map { |source| source["grouping"]["type"] }).to eq(["all"])
    end
  end

  describe "ids" do
    it "that come twice are refused when the topology is built" do
      first = spout_class
      other = define("Your::LineSpout", RedStorm::DSL::Spout)
      made = topology do
        spout first
        spout other
      end
      expect { made.build_topology }
        .to raise_error(RuntimeError, "duplicate id in Your::LineSpout on id=line_spout")
      expect { made.resolve_ids!(made.components) }.to raise_error(RuntimeError, /duplicate id/)
    end

    it "that there are not are refused" do
      expect { with_bolt { source :nowhere, :shuffle }.build_topology }
        .to raise_error(RuntimeError, "cannot resolve My::SplitBolt source id=nowhere")
    end

    it "may be named before their components" do
      first = spout_class
      second = bolt_class
      made = topology do
        bolt(second) { source first, :shuffle }
        spout first
      end
      expect(made.build_topology.components.map(&:id)).to eq(%w[split_bolt line_spout])
    end

    it "a class stands for its default id, even if its component has another" do
      first = spout_class
      second = bolt_class
      made = topology do
        spout first, id: :lines
        bolt(second) { source first, :shuffle }
      end
      expect { made.build_topology }.to raise_error("cannot resolve My::SplitBolt source id=line_spout")
    end
  end

  describe "configure" do
    it "names the topology, by Symbol or String; else its class does" do
      expect(topology { configure(:word_count) { nil } }.topology_name).to eq("word_count")
      expect(topology { configure("other") }.topology_name).to eq("other")
      expect(topology { configure { nil } }.topology_name).to eq("spec_topology")
    end

    it "gets env, if its block wants it" do
      seen = nil
      made = topology do
        configure do |env|
          seen = env
          num_workers 2 if env == :cluster
        end
      end
      expect([made.configuration(:cluster)["topology.workers"], seen]).to eq([2, :cluster])
      expect(topology { configure { debug true } }.configuration(:local)["topology.debug"]).to be(true)
    end

    it "begins with RedStorm's option for worker processes" do
      expect(topology.configuration(:local))
        .to eq("topology.worker.childopts" => "-Djruby.compat.version=RUBY1_9")
    end
  end

  describe "what Redgale makes of the configuration" do
    def config(values) = model(with_bolt { source :line_spout, :shuffle }, values)["config"]

    it "pending tuples have no limit unless one is set" do
      expect(config({})["topology.max.spout.pending"]).to eq(RedStorm::OnRedgale::StormConf::UNLIMITED)
      expect(config("topology.max.spout.pending" => 5)["topology.max.spout.pending"]).to eq(5)
    end

    it "several workers are one in a local run, with a remark" do
      expect(config("topology.workers" => 4)).not_to include("topology.workers")
      expect(RedStorm::OnRedgale::StormConf.remarks("topology.workers" => 4))
        .to eq(["`topology.workers` 4: a local run has one worker process"])
    end

    it "keys of Storm's that mean nothing are left out, with a remark; the user's own stay" do
      values = { "topology.receiver.buffer.size" => 8, "mine" => 1, "topology.debug" => nil }
      expect(config(values)).to include("mine" => 1).and exclude("topology.receiver.buffer.size", "topology.debug")
      expect(RedStorm::OnRedgale::StormConf.remarks(values))
        .to eq(["`topology.receiver.buffer.size` has no effect here"])
    end

    it "max_task_parallelism holds for all components" do
      made = with_bolt(parallelism: 8) { source :line_spout, :shuffle }
      expect(model(made, "topology.max.task.parallelism" => 3)["components"].last.values_at("executors", "tasks"))
        .to eq([3, 3])
    end
  end

  describe "which Strings are copied when they are read" do
    # What the two bolts of spout -> split -> last are told, where the block may add readers.
    def fresh(fields: [:word], grouping: :shuffle, &more)
      first = spout_class
      second = bolt_class
      third = define("Last", RedStorm::DSL::Bolt) { on_receive { nil } }
      made = topology do
        spout first
        bolt(second) do
          source first, :shuffle
          output_fields(*fields)
        end
        bolt(third) { source second, grouping }
        class_exec(third, second, &more) if more
      end
      components = made.define.components
      %w[split_bolt last].map { |id| components.find { |part| part.id == id }.handler[:fresh_strings] }
    end

    it "all of them, but for the only value of tuples that one bolt emits to one other: of these the frozen ones" do
      expect(fresh).to eq([true, :frozen])
      expect(fresh(fields: %i[a b])).to eq([true, true])
      expect(fresh(grouping: :all)).to eq([true, true])
      expect(fresh { |third, second| bolt(third, id: :other) { source second, :shuffle } }).to eq([true, true])
    end
  end

  RSpec::Matchers.define_negated_matcher :exclude, :include

  describe "Storm's checks" do
    def problems(topology)
      build = RedStorm::OnRedgale::Build.new("checked", topology.configuration(:local), topology.build_topology)
      build.definition.validate["problems"]
    end

    it "a grouping by a field that is not declared, a stream that is not there: each with its line" do
      wrong = with_bolt do
        source :line_spout, fields: ["word"]
        source :line_spout, :shuffle, "errors"
      end
      line = __LINE__ - 3
      expect(problems(wrong).map { |problem| problem["at"] })
        .to eq(["spec/red_storm/topology_spec.rb:#{line}", "spec/red_storm/topology_spec.rb:#{line + 1}"])
    end

    it "a field that is declared twice" do
      twice = with_bolt do
        source :line_spout, :shuffle
        output_fields :a, :a
      end
      expect { model(twice) }.to raise_error(RedStorm::Java::IllegalArgumentException, "duplicate field 'a'")
    end

    it "a topology without a spout" do
      expect(problems(topology).map { |problem| problem["message"] }).to eq(["topology `checked` has no spout"])
    end
  end

  describe "the topology that the launcher starts" do
    around do |example|
      before = RedStorm::Configuration.topology_class
      example.run
      RedStorm::Configuration.topology_class = before
    end

    it "is the last one that said spout, bolt or configure" do
      first = spout_class
      one = topology { spout first }
      two = topology { configure { nil } }
      expect(RedStorm::Configuration.topology_class).to eq(two)
      one.on_submit { nil }
      expect(RedStorm::Configuration.topology_class).to eq(two)
      one.spout(first, id: :more)
      expect([RedStorm::Configuration.topology_class, RedStorm::Configuration.touched.last(2)]).to eq([one, [two, one]])
    end
  end

  it "keeps what on_submit and submit_options say" do
    made = topology do
      on_submit { |env| env }
      submit_options { |env| env }
    end
    expect([made.submit_block.call(1), made.submit_options_block.call(2)]).to eq([1, 2])
    expect(topology.submit_block.call(:local)).to be_nil
  end

  it "is run by Redgale.run, too" do
    acked = []
    rows = []
    first = source(%w[a b], acked, [])
    last = sink(rows)
    report = Redgale.run(topology do
      spout first
      bolt(last) { source first, :global }
      configure { |env| set "env", env }
    end, env: :test, set: { "message_timeout_secs" => 5 })

    expect([report["exit_code"], rows, acked]).to eq([0, [["a"], ["b"]], [1, 2]])
  end

  it "has a logger" do
    made = topology
    expect([made.log.name, made.new.log]).to eq(["SpecTopology", made.log])
  end
end
