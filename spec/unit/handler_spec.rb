# frozen_string_literal: true

require "unit/support/problems"

RSpec.describe Redgale::Handler do
  include Problems

  def problems_in(klass, kind = :bolt)
    reading = described_class.new(klass, kind, "file.rb:1")
    reading.to_h
    reading.problems.map { |problem| problem["message"] }
  end

  def bolt(&block) = Class.new(Redgale::Bolt, &block)

  def spout(&block) = Class.new(Redgale::Spout, &block)

  describe "what the runtime gets" do
    it "is the mode, the method and the options of a bolt's handler" do
      expect(handler(bolt { on_receive { |tuple| tuple } }))
        .to include(mode: :tuple, method: :on_receive, arity: 1, emit: true, ack: true, anchor: true)
      expect(handler(bolt { on_values(emit: false) { |a, b| [a, b] } }))
        .to include(mode: :values, method: :on_values, arity: 2, emit: false)
      expect(handler(bolt { on_batch { |tuples| tuples } })).to include(mode: :batch, max: 500, within: 0.2)
      expect(handler(bolt { on_batch(max: 3, within: 1) { |tuples| tuples } })).to include(max: 3, within: 1)
    end

    it "is a plain class's method" do
      plain = Class.new { def execute(tuple) = tuple }
      source = Class.new { def next_tuple = 1 }

      expect(handler(plain)).to include(mode: :tuple, method: :execute, arity: 1)
      expect(handler(source, :spout)).to include(method: :next_tuple, reliable: true, replay: :engine)
    end

    it "says who replays a spout's tuples" do
      engine = { reliable: true, id_first: false, replay: :engine }
      expect(handler(spout { on_send { 1 } }, :spout)).to include(engine)
      expect(handler(spout { on_send { 1 } && on_ack { 1 } }, :spout)).to include(engine)
      expect(handler(spout { on_send(reliable: true) { [1, 2] } }, :spout))
        .to include(reliable: true, id_first: true, replay: :own)
      expect(handler(spout { on_send(reliable: false) { 1 } }, :spout)).to include(reliable: false)
      own = spout do
        on_send { 1 }
        on_fail { |id| id }
      end
      expect(handler(own, :spout)).to include(reliable: true, id_first: false, replay: :own, fail: :on_fail)
    end

    it "is frozen" do
      expect(handler(bolt { on_receive { |tuple| tuple } })).to be_frozen
    end
  end

  describe "blocks that declare fewer parameters" do
    it "get only those" do
      klass = spout do
        on_send { 1 }
        on_ack { :acked }
        on_give_up { |values| values }
        on_error { |error, _tuple| error }
      end
      read = handler(klass, :spout)
      instance = klass.new

      expect(instance.__send__(read[:ack], 7)).to eq(:acked)
      expect(instance.__send__(read[:give_up], [1], "error")).to eq([1])
      expect(instance.__send__(read[:error], "error", nil)).to eq("error")
    end

    it "get as many as they can take when some are optional" do
      klass = bolt do
        on_values { |a, b = 2| [a, b] }
        on_error { |error = nil| error }
      end
      read = handler(klass)

      expect(read[:arity]).to eq(2)
      expect(klass.new.__send__(read[:error], "error", nil)).to eq("error")
    end

    it "get all of them with a splat" do
      klass = bolt do
        on_values { |*values| values }
        on_error { |*arguments| arguments }
      end
      read = handler(klass)

      expect(read).to include(arity: -1, error: :on_error)
    end

    it "need no tuple at all" do
      expect(handler(bolt { on_receive { 1 } })).to include(arity: 0)
      expect(handler(bolt { on_values { 1 } })).to include(arity: 0)
    end
  end

  describe "blocks that need more parameters" do
    let(:needing) { { 1 => proc { |a| a }, 2 => proc { |_a, b| b }, 3 => proc { |_a, _b, c| c } } }

    { on_receive: [3, "at most 1"], on_batch: [2, "at most 1"], on_init: [1, "none"], on_close: [1, "none"],
      on_error: [3, "at most 2"], around: [3, "at most 2"] }.each do |statement, (count, gets)|
      it "are a problem of #{statement}" do
        block = needing.fetch(count)
        klass = bolt do
          on_receive { 1 } unless %i[on_receive on_batch].include?(statement)
          public_send(statement, &block)
        end

        expect(problems_in(klass)).to eq(["the block of `#{statement}` takes #{count} parameter#{"s" if count > 1}, " \
                                          "but gets #{gets}"])
      end
    end

    { on_send: [1, "none"], on_ack: [2, "at most 1"], on_fail: [2, "at most 1"], on_give_up: [3, "at most 2"],
      on_activate: [1, "none"], on_deactivate: [1, "none"] }.each do |statement, (count, gets)|
      it "are a problem of #{statement}" do
        block = needing.fetch(count)
        klass = spout do
          on_send { 1 } unless statement == :on_send
          public_send(statement, &block)
        end

        expect(problems_in(klass, :spout)).to eq(["the block of `#{statement}` takes #{count} " \
                                                  "parameter#{"s" if count > 1}, but gets #{gets}"])
      end
    end

    it "are told by the place of the block, methods by theirs" do
      place = here(2)
      klass = bolt do
        on_receive { |_a, b| b }
        on_init :prepare
        def prepare(what) = what
      end
      reading = described_class.new(klass, :bolt, "file.rb:1")
      reading.to_h

      expect(reading.problems.map { |problem| problem["message"] })
        .to eq(["the block of `on_receive` takes 2 parameters, but gets at most 1",
                "`prepare` takes 1 parameter, but gets none"])
      expect(reading.problems.map { |problem| problem["at"] }).to eq([place, here(-8)])
    end

    it "counts keywords that must be given" do
      klass = bolt { on_receive { |tuple, key:| [tuple, key] } }

      expect(problems_in(klass)).to include("the block of `on_receive` needs keyword key: it gets none")
    end

    it "are found in plain methods too" do
      expect(problems_in(bolt { def on_receive(_tuple, more) = more }))
        .to eq(["`on_receive` takes 2 parameters, but gets at most 1"])
      expect(problems_in(Class.new { def next_tuple(how) = how }, :spout))
        .to eq(["`next_tuple` takes 1 parameter, but gets none"])
    end
  end

  describe "method names" do
    it "must be those of a method" do
      klass = bolt do
        on_receive :wrok
        def work(tuple) = tuple
      end
      klass.define_singleton_method(:name) { "Worker" }

      expect(problems_in(klass)).to eq(["`on_receive :wrok`: Worker has no method `wrok` (did you mean `work`?)"])
    end

    it "may be those of private methods, and of methods defined later" do
      klass = bolt do
        on_receive :work

        private

        def work(tuple) = tuple
      end

      expect(problems_in(klass)).to be_empty
    end

    it "need a def when there is neither name nor block" do
      klass = bolt { on_receive ack: false }
      klass.define_singleton_method(:name) { "Worker" }

      expect(problems_in(klass)).to eq(["`on_receive` of Worker needs a block, a method name or `def on_receive`"])
    end

    it "are forgotten when the class or a subclass defines the statement's method" do
      parent = bolt do
        on_receive :work
        def work(_tuple, _more) = :work
      end
      child = Class.new(parent) { def on_receive(tuple) = tuple }

      expect(problems_in(parent)).to eq(["`work` takes 2 parameters, but gets at most 1"])
      expect(problems_in(child)).to be_empty
    end
  end

  describe "a handler by def" do
    let(:parent) { bolt { on_values(ack: false) { |n| n } } }

    it "replaces one that a superclass stated, options included" do
      child = Class.new(parent) { def on_receive(tuple) = tuple }

      expect(handler(child)).to include(mode: :tuple, method: :on_receive, ack: true)
      expect(handler(parent)).to include(mode: :values, ack: false)
    end

    it "keeps the options of the statement it belongs to" do
      abstract = bolt { on_receive ack: false }
      child = Class.new(abstract) { def on_receive(tuple) = tuple }

      expect(handler(child)).to include(method: :on_receive, ack: false)
      expect(problems_in(child)).to be_empty
    end

    it "is not one that is merely called execute" do
      child = Class.new(parent) { def execute(sql) = sql }

      expect(handler(child)).to include(method: :on_values)
      expect(problems_in(child)).to be_empty
    end

    it "is a problem beside another one in the same class" do
      stated = bolt do
        on_values { |n| n }
        def on_receive(tuple) = tuple
      end
      plain = bolt do
        def on_receive(tuple) = tuple
        def on_batch(tuples) = tuples
      end

      expect(problems_in(stated)).to eq(["a component has one handler: `on_values` or `on_receive`"])
      expect(problems_in(plain)).to eq(["a component has one handler: `on_receive` or `on_batch`"])
    end
  end

  describe "around" do
    let(:calls) { [] }

    def wrap(&block)
      seen = calls
      klass = bolt(&block)
      klass.class_eval do
        around do |input, inner|
          seen << input
          inner.call
        end
      end
      klass
    end

    it "wraps the handler, which still gets only what it declares" do
      { wrap { on_receive { |tuple| [:one, tuple] } } => [1, [:one, 1]], wrap { on_receive { :none } } => [1, :none] }
        .each do |klass, (input, result)|
          read = handler(klass)

          expect(read).to include(arity: 1, method: :redgale_handle)
          expect(klass.new.redgale_handle(input)).to eq(result)
        end
      expect(calls).to eq([1, 1])
    end

    it "gets all values of on_values" do
      klass = wrap { on_values { |first| first } }
      read = handler(klass)

      expect(read).to include(arity: -1)
      expect(klass.new.redgale_handle(1, 2, 3)).to eq(1)
      expect(calls).to eq([[1, 2, 3]])
    end

    it "wraps a spout's on_send" do
      klass = spout do
        on_send { 1 }
        around { |input, inner| [input, inner.call] }
      end

      expect(handler(klass, :spout)).to include(method: :redgale_handle)
      expect(klass.new.redgale_handle).to eq([nil, 1])
    end

    it "may ignore the handler" do
      klass = bolt do
        on_receive { 1 }
        around { :never }
      end
      handler(klass)

      expect(klass.new.redgale_handle(1)).to eq(:never)
    end
  end

  describe "ticks" do
    it "need on_tick" do
      klass = bolt do
        on_receive { 1 }
        tick every: 3
      end

      expect(problems_in(klass)).to eq(["`tick every:` needs `on_tick`"])
    end

    it "keep the interval and the method" do
      klass = bolt do
        on_receive { 1 }
        tick every: 3
        on_tick { 2 }
      end

      expect(handler(klass)).to include(tick: 3.0, tick_method: :on_tick)
    end
  end

  it "finds no handler in a class without one, and refuses one of the other kind" do
    expect(described_class.new(bolt, :bolt, "").statement).to be_nil
    expect(problems_in(bolt { on_send { 1 } }))
      .to include("a bolt has no `on_send`: its handler is on_receive, on_values, on_batch, execute")
    expect(problems_in(spout { on_receive { 1 } }, :spout))
      .to include("a spout has no `on_receive`: its handler is on_send, next_tuple")
  end

  it "knows how many values on_values cannot do without" do
    needed = ->(klass) { described_class.new(klass, :bolt, "").values_needed }

    expect([bolt { on_values { |a, b = 1| [a, b] } }, bolt { on_values { |a, b| [a, b] } },
            bolt { on_values { |*all| all } }, bolt { on_receive { |a| a } }].map(&needed)).to eq([1, 2, 0, 0])
  end
end
