# frozen_string_literal: true

require "red_storm/support/red_storm_run"

# The methods of instances of spouts and bolts.
RSpec.describe "The methods of RedStorm's spouts and bolts" do
  include RedStormRun

  def bolt(&body) = define("Subject", RedStorm::DSL::Bolt, &body)

  def spout(&body) = define("Subject", RedStorm::DSL::Spout, &body)

  # A bolt that emits by hand.
  def by_hand(&body)
    bolt { on_receive(emit: false, &body) }
  end

  describe "of bolts" do
    it "unanchored_emit emits without an anchor: the input is not done by it" do
      result = run_bolt(by_hand { |tuple| unanchored_emit(tuple[0]) })
      expect([result.rows, result.failed]).to eq([[["input"]], [1]])
    end

    it "anchored_emit emits anchored, ack acks" do
      result = run_bolt(by_hand do |tuple|
        anchored_emit(tuple, "a")
        anchored_emit(tuple, "b")
        ack(tuple)
      end)
      expect([result.rows, result.acked]).to eq([[["a"], ["b"]], [1]])
    end

    it "fail fails the tuple at once" do
      result = run_bolt(by_hand { |tuple| self.fail(tuple) }, config: { "topology.message.timeout.secs" => 30 })
      expect([result.failed, result.acked]).to eq([[1], []])
    end

    it "emit, ack and fail from any thread, long after the handler has returned" do
      klass = bolt do
        on_init do
          @queue = Queue.new
          @thread = Thread.new do
            while (tuple = @queue.pop)
              anchored_emit(tuple, "from a thread")
              unanchored_emit("unanchored")
              ack(tuple)
            end
          end
        end
        on_receive(emit: false) { |tuple| @queue << tuple }
        on_close { @queue.close }
      end
      result = run_bolt(klass, config: { "topology.message.timeout.secs" => 30 })

      expect([result.rows, result.acked]).to eq([[["from a thread"], ["unanchored"]], [1]])
    end

    it "ack what an `:ack => true` handler that returned nil kept" do
      result = run_bolt(config: { "topology.message.timeout.secs" => 30 }, ack: true) do |tuple|
        Thread.new { ack(tuple) }
        nil
      end
      expect(result.acked).to eq([1])
    end

    it "may be overridden: execute" do
      klass = bolt do
        output_fields :value
        define_method(:execute) do |tuple|
          unanchored_emit("mine #{tuple[0]}")
          ack(tuple)
        end
      end
      expect(run_bolt(klass).to_a.first(2)).to eq([[["mine input"]], [1]])
    end

    it "may be overridden: execute that calls super" do
      log = []
      klass = bolt do
        on_receive(ack: true, anchor: true) { |tuple| [[tuple[0]], "b"] }
        define_method(:execute) do |tuple|
          log << tuple[0]
          super(tuple)
        end
      end
      expect([run_bolt(klass).to_a.first(2), log]).to eq([[[["input"], ["b"]], [1]], ["input"]])
    end

    it "may be overridden: what execute emits and acks with" do
      klass = bolt do
        on_receive(ack: true, anchor: true) { |tuple| tuple[0] }
        define_method(:anchored_emit) { |tuple, *values| super(tuple, *values.map(&:upcase)) }
      end
      expect(run_bolt(klass).rows).to eq([["INPUT"]])
    end

    it "may be overridden: prepare and cleanup" do
      log = []
      klass = bolt do
        on_init { log << :on_init }
        on_close { log << :on_close }
        on_receive(ack: true) { |tuple| tuple[0] }
        define_method(:prepare) do |config, context, collector|
          log << :prepare
          super(config, context, collector)
        end
        define_method(:cleanup) do
          super()
          log << :cleanup
        end
      end
      run_bolt(klass)
      expect(log).to eq(%i[prepare on_init on_close cleanup])
    end
  end

  describe "of spouts" do
    # Runs a spout whose on_send runs the block once and ends when `decided` ids are told.
    def told(decided, **options, &body)
      told = { acked: [], failed: [] }
      klass = spout do
        on_send(emit: false) do
          @done ||= instance_exec(&body) || true
          raise StopIteration if told.values.sum(&:size) >= decided
        end
        on_ack { |id| told[:acked] << id }
        on_fail { |id| told[:failed] << id }
      end
      [run_spout(klass, **options), told]
    end

    it "reliable_emit emits under a message id" do
      result, told = told(1, fields: []) { reliable_emit(5) }
      expect([result.report["acked"], told]).to eq([1, { acked: [5], failed: [] }])

      lost = define("Lost", RedStorm::DSL::Bolt) { on_receive(emit: false) { |tuple| self.fail(tuple) } }
      ids = [[], []]
      first = source(["a"], *ids)
      run(topology do
        spout first
        bolt(lost) { source first, :global }
      end)
      expect(ids).to eq([[], [1]])
    end

    it "unreliable_emit and emit emit without a message id" do
      result, told = told(0) do
        unreliable_emit("a")
        emit("b")
      end
      expect([result.rows, told]).to eq([[["a"], ["b"]], { acked: [], failed: [] }])
      expect(result.report["acked"]).to eq(0)
    end

    it "may mix both in one spout" do
      result, told = told(1) do
        unreliable_emit("a")
        reliable_emit(1, "b")
      end
      expect([result.rows, told[:acked]]).to eq([[["a"], ["b"]], [1]])
    end

    it "emit from any thread" do
      klass = spout do
        on_init { @thread = Thread.new { 3.times { |n| emit(n) } } }
        on_send(emit: false) { raise StopIteration unless @thread.alive? }
      end
      expect(run_spout(klass).rows).to eq([[0], [1], [2]])
    end

    it "may be overridden: next_tuple" do
      klass = spout do
        define_method(:next_tuple) do
          raise StopIteration if @done

          @done = true
          emit("mine")
        end
      end
      expect(run_spout(klass).rows).to eq([["mine"]])
    end

    it "may be overridden: next_tuple that calls super, which sleeps when there is nothing" do
      times = []
      klass = spout do
        on_init { @outputs = [[["a"], "b"], nil, "c", :end] }
        on_send do
          output = @outputs.shift
          output == :end ? raise(StopIteration) : output
        end
        define_method(:next_tuple) do
          began = Process.clock_gettime(Process::CLOCK_MONOTONIC)
          super()
          times << (Process.clock_gettime(Process::CLOCK_MONOTONIC) - began)
        end
      end
      result = run_spout(klass, read: false, fields: [])

      expect(result.report["emitted"]).to eq(2)
      expect(times[1]).to be >= 0.1
    end

    it "may be overridden: ack, fail, activate, deactivate, close" do
      log = []
      klass = spout do
        on_init { @outputs = [[1, "a"]] }
        on_send(reliable: true) { @outputs.shift || (raise StopIteration if log.include?([:ack, 1])) }
        define_method(:ack) { |id| log << [:ack, id] }
        %i[activate deactivate close].each { |name| define_method(name) { log << name } }
      end
      run_spout(klass)
      expect(log).to eq([:activate, [:ack, 1], :deactivate, :close])
    end
  end

  describe "of both" do
    it "config reads the topology's and the component's keys, Storm's with their defaults" do
      seen = nil
      klass = bolt do
        configure { set "mine", "class" }
        on_receive(ack: true) do |tuple|
          seen = config
          tuple[0]
        end
      end
      run_bolt(klass, config: { "top" => 1, "mine" => "topology", "topology.foo.bar" => 2 })

      expect(seen.values_at("mine", "top", "topology.foo.bar", "topology.workers", "topology.name", "other"))
        .to eq(["class", 1, 2, 1, "spec_topology", nil])
      expect(seen["topology.max.spout.pending"]).to be_nil
      expect([seen.get("top"), seen.containsKey("top"), seen.frozen?]).to eq([1, true, true])
    end

    it "context knows the place in the topology, in Java's words too" do
      seen = nil
      run_bolt(ack: true) do |tuple|
        seen = [context.this_component_id, context.getThisComponentId, context.get_this_task_id,
                context.this_task_index, context.getComponentTasks("subject"), context.storm_id]
        tuple[0]
      end
      expect(seen[0, 5]).to eq(["subject", "subject", 3, 0, [3]])
      expect(seen.last).to match(/\Aspec_topology-1-\d+\z/)
    end

    it "declare_output_fields declares the class's fields" do
      declarer = RedStorm::Java::OutputFieldsDeclarer.new
      bolt { output_fields :a, other: [:b] }.new.declare_output_fields(declarer)

      expect(declarer.streams.transform_values(&:to_a)).to eq("default" => ["a"], "other" => ["b"])
    end

    it "instances are of the class itself, made without arguments" do
      seen = nil
      klass = bolt { on_receive(ack: true) { |tuple| (seen = self.class) && tuple[0] } }
      run_bolt(klass)
      expect(seen).to equal(klass)
    end

    it "class-level state is shared by all tasks" do
      klass = bolt do
        class << self
          def seen = @seen ||= []
        end
        on_receive(ack: true, emit: false) do |tuple|
          self.class.seen << tuple[0]
          ack(tuple)
        end
      end
      run_bolt(klass, fields: [], values: %w[a b])
      expect(klass.seen).to eq(%w[a b])
    end
  end

  describe "an exception" do
    it "in a handler ends the worker" do
      result = run_bolt(ack: true) { raise "no" }
      expect([result.report["exit_code"], result.report["state"]]).to eq([70, "failed"])
    end

    it "in any callback ends the worker" do
      %i[on_init on_ack on_activate].each do |callback|
        klass = spout do
          on_init { @outputs = [[1, "a"]] } unless callback == :on_init
          on_send(reliable: true) { @outputs.shift }
          send(callback) { raise "no" }
        end
        expect(run_spout(klass, timeout: 5).report["exit_code"]).to eq(70), callback.to_s
      end
    end
  end
end
