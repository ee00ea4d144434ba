# frozen_string_literal: true

require "unit/support/problems"

RSpec.describe Redgale::Statements do
  include Problems

  def stated(klass) = klass.redgale_setting(:handler)

  describe "handlers" do
    { on_receive: :bolt, on_values: :bolt, on_batch: :bolt, on_send: :spout }.each do |statement, kind|
      base = kind == :bolt ? Redgale::Bolt : Redgale::Spout

      it "#{statement} with a block defines a method in which return works" do
        klass = Class.new(base) { public_send(statement) { return :early if true } } # rubocop:disable Lint/LiteralAsCondition
        instance = klass.new

        expect(instance.public_send(statement)).to eq(:early)
        expect(stated(klass)).to include(statement: statement, options: {})
      end

      it "#{statement} with a method name calls that method" do
        klass = Class.new(base) do
          public_send(statement, :work)
          def work(*) = :worked
        end

        expect(klass.new.public_send(statement)).to eq(:worked)
      end

      it "#{statement} may be a plain method" do
        klass = Class.new(base) { define_method(statement) { :plain } }

        expect(Redgale::Handler.new(klass, kind, "").statement).to eq(statement)
      end
    end

    it "takes the options of each" do
      expect(stated(Class.new(Redgale::Bolt) { on_receive(emit: false, ack: false, anchor: false) { nil } })[:options])
        .to eq(emit: false, ack: false, anchor: false)
      expect(stated(Class.new(Redgale::Bolt) { on_batch(max: 3, within: 0.5, ack: false) { nil } })[:options])
        .to eq(max: 3, within: 0.5, ack: false)
      expect(stated(Class.new(Redgale::Spout) { on_send(reliable: false) { nil } })[:options]).to eq(reliable: false)
    end

    it "takes options without a block, for a method that def defines" do
      klass = bolt_class do
        on_receive ack: false
        def on_receive(_tuple) = nil
      end

      expect(problems_of_bolt(klass)).to be_empty
      expect(handler(klass)).to include(ack: false, method: :on_receive)
    end

    it "names an option that is unknown, with the nearest" do
      expect(problems_of_bolt(bolt_class { on_receive(ackk: true) { nil } }))
        .to eq(["unknown option of on_receive `ackk` (did you mean `ack`?); allowed: emit, ack, anchor"])
    end

    it "checks what options are given" do
      wrong = bolt_class { on_batch(max: 0, within: -1, emit: 3) { nil } }

      expect(problems_of_bolt(wrong)).to contain_exactly("`max:` of on_batch takes a whole number from 1, not 0",
                                                         "`within:` of on_batch takes seconds above 0, not -1",
                                                         "`emit:` of on_batch takes true or false, not 3")
    end

    it "refuses a second one of another kind, naming the first one's place" do
      first = here(2)
      wrong = bolt_class do
        on_receive { nil }
        on_values { nil }
      end

      expect(problems_of_bolt(wrong)).to eq(["a component has one handler: `on_receive` (#{first}) or `on_values`"])
    end

    %i[on_receive on_init on_close on_error on_tick around].each do |statement|
      it "refuses a second #{statement} in one class, naming both places" do
        places = [here(2), here(3)]
        wrong = bolt_class do
          public_send(statement) { nil }
          public_send(statement) { nil }
          tick every: 1
          on_tick { nil } unless statement == :on_tick
        end
        found = problems(topology { bolt(wrong, id: :some_bolt) { source :good, :shuffle } })

        expect(found).to eq([{ "message" => "`#{statement}` is stated twice for one class: here and at #{places[0]}",
                               "at" => places[1] }])
      end
    end

    it "takes a handler and a callback again in a subclass, and again in the component's block" do
      parent = bolt_class do
        on_receive { :parent }
        on_init { :parent }
      end
      child = bolt_class(parent) do
        on_receive { :child }
        on_init { :child }
      end

      expect(problems_of_block(child) do
        source :good, :shuffle
        on_receive { :block }
        on_init { :block }
      end).to be_empty
    end

    it "refuses a second one in the component's block" do
      place = here(3)
      expect(problems_of_block do
        source :good, :shuffle
        on_receive { 1 }
        on_receive { 2 }
      end).to eq(["`on_receive` is stated twice for one class: here and at #{place}"])
    end

    it "refuses a block beside a method name, and what is no name" do
      both = bolt_class do
        on_receive(:work) { nil }
        def work(_tuple) = nil
      end

      expect(problems_of_bolt(both)).to eq(["`on_receive` takes a method name or a block, not both"])
      expect(problems_of_bolt(bolt_class { on_init 3 })).to include("`on_init` takes the name of a method, not 3")
    end
  end

  describe "streams" do
    it "output_fields declares stream default, stream any other" do
      klass = Class.new(Redgale::Bolt) do
        output_fields :word, "count"
        stream :errors, %i[reason line], direct: true
      end

      expect(klass.redgale_merged(:streams).transform_values { |stream| stream.except("at") })
        .to eq("default" => { "name" => "default", "fields" => %w[word count], "direct" => false },
               "errors" => { "name" => "errors", "fields" => %w[reason line], "direct" => true })
    end

    it "refuses unknown options, odd values of direct: and odd names" do
      expect(problems_of_bolt(bolt_class { stream :errors, :line, driect: true }))
        .to eq(["unknown option of stream `driect` (did you mean `direct`?); allowed: direct"])
      expect(problems_of_bolt(bolt_class { stream :errors, :line, direct: 1 }))
        .to eq(["`direct:` takes true or false, not 1"])
      expect(problems_of_bolt(bolt_class { output_fields :a, 3 }))
        .to eq(["names of streams and fields are Symbols, not 3"])
    end
  end

  describe "numbers and policies" do
    it "keeps tick, max_retries and error_policy" do
      klass = Class.new(Redgale::Spout) do
        tick every: 2
        max_retries 0
        error_policy :die
      end

      expect(%i[tick max_retries error_policy].map { |key| klass.redgale_setting(key) }).to eq([2.0, 0, :die])
    end

    it "refuses what they cannot be" do
      ticks = "`tick every:` takes seconds above 0, not "
      { 0 => "0", -1 => "-1", "5" => '"5"', nil => "nil", Float::INFINITY => "Infinity" }.each do |every, shown|
        expect(problems_of_bolt(bolt_class { tick every: every })).to eq(["#{ticks}#{shown}"])
      end
      expect(problems_of_bolt(bolt_class { tick evry: 1 }))
        .to eq(["unknown option of tick `evry` (did you mean `every`?); allowed: every"])
      expect(problems_of_bolt(bolt_class { error_policy :dye }))
        .to eq(["unknown error_policy `dye` (did you mean `die`?); allowed: fail_tuple, die"])
      [-1, 1.5, "2", nil].each do |count|
        expect(problems_of_bolt(bolt_class { max_retries count }))
          .to eq(["`max_retries` takes a whole number from 0, not #{count.inspect}"])
      end
    end
  end

  describe "callbacks" do
    callbacks = %i[on_init on_close on_activate on_deactivate on_ack on_fail on_error on_give_up on_tick around]

    callbacks.each do |callback|
      it "#{callback} takes a block, a method name or a def" do
        block = Class.new(Redgale::Spout) { public_send(callback) { :block } }
        named = Class.new(Redgale::Spout) do
          public_send(callback, :other)
          def other = :named
        end

        expect(block.new.public_send(callback)).to eq(:block)
        expect(named.new.public_send(callback)).to eq(:named)
      end
    end

    it "tells what is only for spouts" do
      klass = bolt_class do
        on_ack { |_id| nil }
        max_retries 3
      end

      expect(problems_of_bolt(klass)).to eq(["`on_ack` is for spouts: `some_bolt` is a bolt",
                                             "`max_retries` is for spouts: `some_bolt` is a bolt"])
    end
  end

  describe "inheritance" do
    let(:parent) do
      Class.new(Redgale::Bolt) do
        output_fields :a
        stream :errors, :reason
        set "limit", 1
        tick every: 3
        on_tick { :tick }
        on_init :prepare
        on_receive(ack: false) { |_tuple| :parent }
        def prepare = :parent
      end
    end

    it "passes fields, streams, options, configuration and handlers on" do
      child = Class.new(parent)

      expect(child.redgale_merged(:streams).keys).to eq(%w[default errors])
      expect(child.redgale_merged(:config)).to eq("limit" => 1)
      expect(handler(child)).to include(ack: false, method: :on_receive, tick: 3.0)
      expect(problems_of_bolt(bolt_class(child))).to be_empty
    end

    it "lets a subclass override each, leaving the parent as it was" do
      child = Class.new(parent) do
        output_fields :b
        set "limit", 2
        on_receive { |_tuple| :child }
        on_init { :child }
      end

      expect(child.redgale_merged(:streams)["default"]["fields"]).to eq(["b"])
      expect(child.redgale_merged(:config)).to eq("limit" => 2)
      expect(handler(child)).to include(ack: true)
      expect([child.new.on_receive(nil), child.new.on_init]).to eq(%i[child child])
      expect(parent.redgale_merged(:streams)["default"]["fields"]).to eq(["a"])
      expect(handler(parent)).to include(ack: false)
    end

    it "lets a subclass handle in another way" do
      child = Class.new(parent) { on_values { |value| value } }

      expect(handler(child)).to include(mode: :values, method: :on_values)
    end

    it "calls the method of the subclass when the parent named it" do
      child = Class.new(parent) { def prepare = :child }

      expect(child.new.on_init).to eq(:child)
    end

    it "reports a parent's problems with the child" do
      wrong = Class.new(Redgale::Bolt) { max_retries(-1) }

      expect(problems_of_bolt(bolt_class(wrong))).to include(/max_retries/)
    end
  end

  describe "words that are no statements" do
    it "become problems with the place, the nearest and the allowed words" do
      place = here(1)
      klass = bolt_class { on_recieve { |tuple| tuple } }
      found = problems(topology { bolt(klass) { source :good, :shuffle } })

      expect(found.first["at"]).to eq(place)
      expect(found.first["message"]).to start_with("unknown statement `on_recieve` (did you mean `on_receive`?); " \
                                                   "allowed: around, error_policy, on_batch, on_close,")
      expect(found.first["message"]).not_to match(/redgale_|window|\bstate\b/)
    end

    it "are undefined methods as ever once the class was read, so that a handler's slip fails its tuple" do
      klass = bolt_class
      problems_of_bolt(klass)

      expect { klass.conection }.to raise_error(NoMethodError, /conection/)
    end

    it "leaves conversions, setters and predicates to Ruby" do
      klass = Class.new(Redgale::Bolt)

      expect { klass.to_proc }.to raise_error(NoMethodError)
      expect { klass.limit = 3 }.to raise_error(NoMethodError)
      expect { klass.ready? }.to raise_error(NoMethodError)
      expect([klass].flatten).to eq([klass])
    end

    it "says of statements that come later that they do" do
      expect(problems_of_bolt(bolt_class { window seconds: 60, slide: 10 }))
        .to eq(["`window` is not available yet: it comes with windows in a later release"])
      expect(problems_of_bolt(bolt_class { on_window { |tuples| tuples } }))
        .to eq(["`on_window` is not available yet: it comes with windows in a later release"])
      expect(problems_of_bolt(bolt_class { state }))
        .to eq(["`state` is not available yet: it comes with durable state in a later release"])
    end
  end
end
