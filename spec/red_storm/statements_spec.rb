# frozen_string_literal: true

require "red_storm/support/red_storm_run"

# The class methods of spouts and bolts, and what follows from how they are made.
RSpec.describe RedStorm::DSL::Statements do
  include RedStormRun

  def bolt(&body) = define("Subject", RedStorm::DSL::Bolt, &body)

  def spout(&body) = define("Subject", RedStorm::DSL::Spout, &body)

  describe "output_fields" do
    it "is empty if not stated, keeps names as Strings, and the last call wins" do
      expect(bolt.fields).to eq([])
      expect(bolt { output_fields :a, "b" }.fields).to eq(%w[a b])
      expect(spout { 2.times { |i| output_fields :"a#{i}" } }.fields).to eq(["a1"])
    end

    it "with named streams gives the fields by stream" do
      klass = bolt { output_fields :f1, stream2: [:f2, "f3"], stream3: :f4 }
      expect(klass.fields).to eq("default" => ["f1"], "stream2" => %w[f2 f3], "stream3" => ["f4"])
    end
  end

  describe "options" do
    it "have RedStorm's defaults" do
      expect(bolt.receive_options).to eq(emit: true, ack: false, anchor: false)
      expect([bolt.emit?, bolt.ack?, bolt.anchor?]).to eq([true, false, false])
      expect(spout.send_options).to eq(emit: true, reliable: false)
      expect([spout.emit?, spout.reliable?]).to eq([true, false])
    end

    it "are merged, from all statements" do
      klass = bolt do
        on_receive(ack: true) { |tuple| tuple }
        on_receive anchor: true
      end
      expect(klass.receive_options).to eq(emit: true, ack: true, anchor: true)
      expect(spout { on_send :make, reliable: true }.reliable?).to be(true)
    end

    it "that nobody knows are accepted and ignored" do
      klass = spout do
        on_init { @outputs = [[1, "x"]] }
        on_send(reliable: true, ack: true, nonsense: 1) { @outputs.shift || raise(StopIteration) }
      end
      expect(run_spout(klass).rows).to eq([["x"]])
    end
  end

  describe "handlers and callbacks" do
    # What the bolt emitted for the input "input".
    def emitted(&body) = run_bolt(bolt(&body)).rows

    it "take a block, in which `return` works" do
      returning = Class.new(RedStorm::DSL::Bolt) do
        def self.name = "Returning"
        on_receive(ack: true) do |tuple|
          next "early" if tuple[0] == "input"

          "late"
        end
      end
      expect(run_bolt(returning).rows).to eq([["early"]])

      expect(emitted { on_receive(ack: true) { |_tuple| return "early" } }).to eq([["early"]])
    end

    it "take the name of a method" do
      expect(emitted do
        on_receive :handle, ack: true
        define_method(:handle) { |tuple| "handled #{tuple[0]}" }
      end).to eq([["handled input"]])
    end

    it "take their own name as that of a method: it is the def" do
      expect(emitted do
        define_method(:on_receive) { |tuple| tuple[0].upcase }
        on_receive :on_receive, ack: true
      end).to eq([["INPUT"]])
    end

    it "take a later def, with options stated before" do
      expect(emitted do
        on_receive ack: true
        define_method(:on_receive) { |tuple| tuple[0].upcase }
      end).to eq([["INPUT"]])
    end

    it "take an earlier def, with options stated after (a stack overflow in RedStorm)" do
      expect(emitted do
        define_method(:on_receive) { |tuple| tuple[0].upcase }
        on_receive ack: true
      end).to eq([["INPUT"]])
    end

    it "take a def without any statement" do
      expect(emitted { define_method(:on_receive) { |tuple| tuple[0] * 2 } }).to eq([%w[inputinput]])
    end

    it "may declare no parameter, or more than they get" do
      expect(emitted { on_receive { "none" } }).to eq([["none"]])
      expect(emitted { on_receive { |tuple, more| "#{tuple[0]} #{more.inspect}" } }).to eq([["input nil"]])
      expect(emitted { on_receive { |tuple, more = 5| "#{tuple[0]} #{more}" } }).to eq([["input 5"]])
      expect(emitted { on_receive { |*all| all.size } }).to eq([[1]])
    end

    it "of a spout may declare any number of parameters" do
      told = []
      klass = spout do
        on_init { |one| @outputs = [[1, one.inspect]] }
        on_activate { |one| told << [:activate, one] }
        on_send(reliable: true) { |one, _two| @outputs.shift || raise(StopIteration, one) }
        on_ack { told << :ack }
      end

      expect(run_spout(klass).rows).to eq([["nil"]])
      expect(told).to eq([[:activate, nil], :ack])
    end

    it "that were never defined end the worker at the first call" do
      expect(run_bolt(bolt).report["exit_code"]).to eq(70)
      expect(run_bolt(bolt { on_receive ack: true }).report["exit_code"]).to eq(70)
      expect(run_spout(spout).report["exit_code"]).to eq(70)
    end

    it "other than the handler default to nothing" do
      instance = spout.new
      %i[on_init on_close on_activate on_deactivate].each { |name| expect(instance.send(name)).to be_nil }
      expect([instance.send(:on_ack, 1), instance.send(:on_fail, 1)]).to eq([nil, nil])
      expect(bolt.new.private_methods).to include(:on_init, :on_close)
    end

    it "run in the order of a spout's life" do
      life = []
      klass = spout do
        %i[on_init on_activate on_deactivate on_close].each { |name| send(name) { life << name } }
        on_send do
          life << :on_send
          raise StopIteration
        end
      end
      run_spout(klass)

      expect(life).to eq(%i[on_init on_activate on_send on_deactivate on_close])
    end
  end

  describe "on_fail" do
    it "gets the message id of a tuple that timed out; nothing is replayed" do
      result = run_bolt { nil }

      expect([result.failed, result.acked, result.report["emitted"]]).to eq([[1], [], 1])
    end
  end

  describe "inheritance" do
    it "passes on handlers, but neither fields nor options" do
      parent = bolt do
        output_fields :value
        on_receive(ack: true, anchor: true) { |tuple| tuple[0] }
      end
      child = define("Child", parent)

      expect([child.fields, child.ack?, child.anchor?]).to eq([[], false, false])
      result = run_bolt(child)
      expect([result.rows, result.acked]).to eq([[["input"]], []])
    end

    it "lets a subclass replace an inherited block" do
      parent = bolt { on_receive { |_tuple| "parent" } }

      expect(run_bolt(define("Child", parent) { on_receive { |_tuple| "#{super(nil)}, child" } }).rows)
        .to eq([["parent, child"]])
    end
  end

  describe "configure" do
    it "is run on a Configurator, without arguments" do
      klass = bolt do
        configure do |*arguments|
          debug true
          set "my.key", arguments
        end
      end

      expect(klass.new.get_component_configuration).to eq("topology.debug" => true, "my.key" => [])
    end
  end

  it "gives a logger named after the class, the same each time, to classes and instances" do
    klass = bolt
    expect(klass.log).to be_a(RedStorm::Java::Logger)
    expect([klass.log.name, klass.log, klass.new.log]).to eq(["Subject", klass.log, klass.log])
  end

  it "knows where a class stands, relative to the working directory" do
    klass = Class.new(RedStorm::DSL::Spout)
    expect(klass.base_class_path).to eq("spec/red_storm/statements_spec")
    expect(Class.class_eval("Class.new(RedStorm::DSL::Bolt)", __FILE__, __LINE__).base_class_path).to be_nil
  end

  it "names the proxy that RedStorm wraps a class in" do
    expect([bolt.java_proxy, spout.java_proxy])
      .to eq(%w[Java::RedstormStormJruby::JRubyBolt Java::RedstormStormJruby::JRubySpout])
  end

  it "is known by the names of RedStorm up to 0.6.5" do
    expect([RedStorm::SimpleBolt, RedStorm::SimpleSpout, RedStorm::SimpleTopology, RedStorm::SimpleDRPCTopology])
      .to eq([RedStorm::DSL::Bolt, RedStorm::DSL::Spout, RedStorm::DSL::Topology, RedStorm::DSL::DRPCTopology])
  end
end
