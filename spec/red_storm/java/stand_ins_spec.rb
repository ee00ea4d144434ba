# frozen_string_literal: true

require "red_storm"
require "red_storm/java/classes"

RSpec.describe RedStorm::Java do
  describe RedStorm::Java::Fields do
    let(:fields) { described_class.new("a", :b) }

    it "is a list of names" do
      expect([fields.to_list, fields.toList, fields.to_a, fields.size, fields.get(1)])
        .to eq([%w[a b], %w[a b], %w[a b], 2, "b"])
      expect([fields.fieldIndex("b"), fields.field_index(:a), fields.contains("z"), fields.contains(:a)])
        .to eq([1, 0, false, true])
      expect(described_class.new(%w[a b])).to eq(fields)
      expect(fields.to_s).to eq("[a, b]")
    end

    it "selects values" do
      expect(fields.select(described_class.new("b"), [1, 2])).to eq([2])
      expect(fields.select { |name| name == "a" }).to eq(["a"])
    end

    it "refuses a name that comes twice, and does not find what is not there" do
      expect { described_class.new("a", :a) }.to raise_error(RedStorm::Java::IllegalArgumentException,
                                                             "duplicate field 'a'")
      expect { fields.get(2) }.to raise_error(RedStorm::Java::IndexOutOfBoundsException, "Index: 2, Size: 2")
      expect { fields.field_index("z") }.to raise_error(RedStorm::Java::IllegalArgumentException, "z does not exist")
    end
  end

  describe RedStorm::Java::Values do
    it "is an Array of what it is given" do
      values = described_class.new("a", [1])
      values.add(2)
      expect([values, values.get(0), values.size]).to eq([["a", [1], 2], "a", 3])
      expect(described_class.new(3)).to eq([3])
    end
  end

  describe RedStorm::Java::System do
    it "has the clock, the environment, and properties that mean something" do
      expect(described_class.currentTimeMillis).to be_within(60_000).of((Time.now.to_f * 1000).to_i)
      expect(described_class.nano_time).to be_a(Integer)
      expect(described_class.getenv("PATH")).to eq(ENV.fetch("PATH"))
      expect(described_class.properties["java.version"]).to eq("none: Ruby #{RUBY_VERSION}")
      expect([described_class.getProperty("user.dir"), described_class.get_property("none", 1)]).to eq([Dir.pwd, 1])
    end

    it "prints" do
      expect { described_class.out.println("text") }.to output("text\n").to_stdout
      expect { described_class.err.print("text") }.to output("text").to_stderr
    end
  end

  describe RedStorm::Java::Utils do
    it "sleeps for milliseconds" do
      allow(Kernel).to receive(:sleep)
      described_class.sleep(1500)
      RedStorm::Java::Thread.sleep(20)
      expect(Kernel).to have_received(:sleep).with(1.5)
      expect(Kernel).to have_received(:sleep).with(0.02)
    end
  end

  describe RedStorm::Java::Logger do
    def logged(level)
      lines = []
      allow(Redgale::Native).to receive(:log) { |*line| lines << line }
      allow(Redgale::Log).to receive(:enabled?) { |asked| Redgale::Log::LEVELS.index(asked) <= level }
      yield described_class.getLogger("Name")
      lines
    end

    it "logs under its name, fatal as error, and nothing below the level" do
      lines = logged(Redgale::Log::LEVELS.index("info")) do |log|
        %i[trace debug info warn error fatal].each { |level| log.public_send(level, level) }
      end
      expect(lines).to eq([%w[info Name info], %w[warn Name warn], %w[error Name error], %w[error Name fatal]])
    end

    it "takes an exception beside the message" do
      lines = logged(0) { |log| log.error("failed", RuntimeError.new("because")) }
      expect(lines.first.last).to start_with("failed\n").and include("because")
    end

    it "knows which levels are shown" do
      logged(2) do |log|
        expect([log.info?, log.debug?, log.isInfoEnabled, log.is_debug_enabled, log.fatal?])
          .to eq([true, false, true, false, true])
      end
    end

    it "is the same for the same name" do
      expect(described_class.get_logger(String)).to equal(described_class.getLogger("String"))
      expect([described_class.getLogger("a.b").getName, described_class.getRootLogger.name]).to eq(["a.b", ""])
    end
  end

  describe RedStorm::Java::TopologyBuilder do
    let(:builder) { described_class.new }
    let(:spout) { RedStorm::Java::TestWordSpout.new }

    it "puts components together, in either spelling" do
      builder.setSpout("word", spout, 3).setDebug(true).setMaxSpoutPending(5).add_configuration("mine", 1)
      builder.set_bolt(:last, Object.new).shuffleGrouping("word").fieldsGrouping("word", "errors", ["a"])
             .global_grouping("word", "more").set_num_tasks(4)
      word, last = builder.createTopology.components

      expect([word.id, word.kind, word.parallelism, word.sources]).to eq(["word", :spout, 3, []])
      expect(word.configuration)
        .to eq("topology.debug" => true, "topology.max.spout.pending" => 5, "mine" => 1)
      expect([last.id, last.kind, last.parallelism, last.tasks]).to eq(["last", :bolt, 1, 4])
      expect(last.sources.map { |source| [source.component, source.stream, source.grouping, source.fields] })
        .to eq([["word", "default", :shuffle, nil], ["word", "errors", :fields, ["a"]], ["word", "more", :global, nil]])
    end

    it "refuses an id that is taken" do
      builder.setSpout("word", spout)
      expect { builder.setBolt("word", Object.new) }
        .to raise_error(RedStorm::Java::IllegalArgumentException, "Spout has already been declared for id word")
    end
  end

  describe RedStorm::Java::StormSubmitter do
    it "says that the cluster is missing, and what runs the topology here" do
      expect { described_class.submitTopology("wordcount", {}, nil) }.to raise_error(
        Redgale::NotAvailable, "`StormSubmitter` is not available yet: it comes with the cluster in a later release; " \
                               "LocalCluster runs `wordcount` in this process"
      )
    end
  end
end
