# frozen_string_literal: true

require "unit/support/problems"

RSpec.describe Redgale::ComponentDefinition do
  include Problems

  def component(klass = bolt_class, kind: :bolt, **options, &block)
    described_class.new(kind, klass, options, block, "spec.rb:1")
  end

  # Executors and tasks in a topology with this configuration.
  def size(component, config = {}) = component.to_model([], config).values_at("executors", "tasks")

  def messages_of(...) = component(...).problems.map { |problem| problem["message"] }

  it "has the underscored class name as id, one executor and as many tasks as executors" do
    made = component(bolt_class(name: "My::HTTPSink"))

    expect([made.id, size(made)]).to eq(["http_sink", [1, 1]])
    expect(size(component(parallelism: 3))).to eq([3, 3])
    expect(size(component(parallelism: 2, tasks: 5))).to eq([2, 5])
    expect(component(id: :other).id).to eq("other")
  end

  it "takes the number of tasks from the configuration, and no more of either than it allows" do
    expect(size(component(parallelism: 2) { tasks 4 })).to eq([2, 4])
    expect(size(component(parallelism: 2), "topology.tasks" => 3)).to eq([2, 3])
    expect(size(component(parallelism: 4, tasks: 6), "topology.max.task.parallelism" => 3)).to eq([3, 3])
    expect(size(component(parallelism: 2), "topology.max.task.parallelism" => "many")).to eq([2, 2])
  end

  it "names unknown options, the nearest and the allowed ones" do
    expect(messages_of(paralelism: 2))
      .to eq(["unknown option of bolt `paralelism` (did you mean `parallelism`?); " \
              "allowed: id, parallelism, tasks, with"])
  end

  it "refuses numbers that are none" do
    expect(messages_of(id: :b, parallelism: 0)).to eq(["`parallelism:` of bolt `b` takes a whole number from 1, not 0"])
    expect(messages_of(id: :b, tasks: "2")).to eq(["`tasks:` of bolt `b` takes a whole number from 1, not \"2\""])
    expect(messages_of(id: :b, tasks: 1.5)).to eq(["`tasks:` of bolt `b` takes a whole number from 1, not 1.5"])
  end

  it "makes instances with what `with:` says" do
    klass = bolt_class do
      attr_reader :given

      def initialize(*all, **named)
        super()
        @given = [all, named]
      end
    end

    expect(component(klass).instantiate.given).to eq([[], {}])
    expect(component(klass, with: [1, 2]).instantiate.given).to eq([[1, 2], {}])
    expect(component(klass, with: { url: "a" }).instantiate.given).to eq([[], { url: "a" }])
  end

  it "takes the handler of a class that describes it itself" do
    reading = instance_double(Redgale::Handler, statement: :work, to_h: { mode: :tuple }, problems: [],
                                                values_needed: 0)
    klass = Class.new { define_singleton_method(:redgale_reading) { |_at| reading } }
    made = component(klass, id: :own)

    expect([made.handler, made.problems]).to eq([{ mode: :tuple }, []])
  end

  it "refuses a `with:` that the constructor cannot take" do
    klass = bolt_class(name: "HttpBolt") { def initialize(url:) = super() && url }

    expect(messages_of(klass, id: :b, with: 3))
      .to eq(["`with:` of bolt `b` takes a Hash (keywords) or an Array (positional), not 3"])
    expect(messages_of(klass, id: :b, with: { "url" => 1 }))
      .to eq(["`with:` of bolt `b`: keywords are Symbols, not \"url\""])
    expect(messages_of(klass, with: { ulr: 1 }))
      .to eq(["HttpBolt.new: needs keyword url (with: { url: ... })"])
    expect(messages_of(klass)).to eq(["HttpBolt.new: needs keyword url (with: { url: ... })"])
    expect(messages_of(bolt_class(name: "Bare"), with: [1]))
      .to eq(["Bare.new: takes no arguments, `with:` gives 1"])
  end

  it "says what a component without a handler needs" do
    bare = Class.new(Redgale::Bolt) { def self.name = "Bare" }
    spout = Class.new(Redgale::Spout) { def self.name = "Dry" }

    expect(messages_of(bare))
      .to eq(["Bare has no handler: a bolt needs on_receive, on_values or on_batch (or def execute)"])
    expect(messages_of(spout, kind: :spout)).to eq(["Dry has no handler: a spout needs on_send (or def next_tuple)"])
    expect(messages_of(Class.new)).to eq(["the class has no handler: a bolt needs on_receive, on_values or on_batch " \
                                          "(or def execute)"])
  end

  it "says that a spout is no bolt, and nothing else of it" do
    expect(messages_of(Problems::Good)).to eq(["Problems::Good is a spout, not a bolt: use `spout Problems::Good`"])
    expect(messages_of(bolt_class, kind: :spout)).to eq(["SomeBolt is a bolt, not a spout: use `bolt SomeBolt`"])
  end

  %i[emit ack fail config context log metrics].each do |name|
    it "refuses a bolt that defines #{name}" do
      klass = bolt_class { define_method(name) { |*| nil } }

      expect(messages_of(klass)).to eq(["SomeBolt defines `#{name}`, which Redgale::Bolt already has: rename it"])
    end
  end

  %i[emit finish config context log metrics].each do |name|
    it "refuses a spout that defines #{name}" do
      helper = Module.new { define_method(name) { |*| nil } }
      klass = Class.new(Redgale::Spout) do
        def self.name = "Mine"
        include helper
        on_send { 1 }
      end

      expect(messages_of(klass, kind: :spout))
        .to eq(["Mine defines `#{name}`, which Redgale::Spout already has: rename it"])
    end
  end

  it "lets a plain class name its methods as it likes" do
    plain = Class.new do
      def execute(tuple) = tuple
      def emit = 1
    end

    expect(messages_of(plain)).to be_empty
  end

  it "keeps a tick of the whole topology from components without on_tick" do
    quiet = component.to_model([], {})["config"]
    ticking = component(bolt_class { on_tick { 1 } }).to_model([], {})["config"]

    expect(quiet).to eq("topology.tick.tuple.freq.secs" => nil)
    expect(ticking).to eq({})
  end
end
