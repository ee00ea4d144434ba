# frozen_string_literal: true

require "unit/support/problems"

RSpec.describe Redgale::Definition do
  include Problems

  it "reports everything that is wrong at once, by place" do
    first = here(2)
    wrong = topology do
      bolt(Class.new(Redgale::Bolt), id: :empty) { source :good, :shuffle }
      bolt(Problems::Good, id: :not_a_bolt)
      configure { workers 2 }
      configure { wokers 1 }
    end
    found = problems(wrong)

    expect(found.map { |problem| problem["message"] })
      .to match([/the class has no handler/, /is a spout, not a bolt/, /bolt `not_a_bolt` has no source/,
                 /`topology.workers` 2/, /unknown configuration word `wokers` \(did you mean `workers`\?\)/])
    expect(found.first["at"]).to eq(first)
    lines = found.map { |problem| problem["at"][/\d+\z/].to_i }
    expect(lines.map { |line| line - lines.first }).to eq([0, 1, 1, 2, 3])
  end

  it "raises them as one error, each on its line as file:line: message" do
    wrong = topology do
      configure { workers 2 }
      configure { workers 3 }
      nonsense
    end

    expect { wrong.define.check! }.to raise_error(Redgale::DefinitionError) { |error|
      expect(error.problems.size).to eq(2)
      expect(error.message.lines).to all(match(/\Aspec.*definition_spec\.rb:\d+: /))
    }
  end

  it "is called by the class's name unless it has one of its own, or configuration says otherwise" do
    klass = Class.new(Redgale::Topology) { define_singleton_method(:name) { |*_given| "My::WordCount" } }

    expect(klass.define.name).to eq("word_count")
    expect(topology(name: "other").define.name).to eq("other")
    expect(topology(name: "other").define(overrides: { "topology_name" => "third" }).name).to eq("third")
    expect(messages(topology(name: "a/b"))).to include(%r{topology name `a/b`})
  end

  it "gives later configuration, and that of the command line, precedence" do
    made = topology do
      configure { max_spout_pending 1 }
      configure do |env|
        max_spout_pending 2
        set "env", env
      end
    end

    expect(made.define.config).to eq("topology.max.spout.pending" => 2, "env" => :local)
    expect(made.define(env: :cluster, overrides: { "max_spout_pending" => 3, "x" => "y" }).config)
      .to eq("topology.max.spout.pending" => 3, "env" => :cluster, "x" => "y")
  end

  it "lets --set override a key of the user's own that is also a word" do
    made = topology { configure { set "tasks", "a.txt" } }

    expect(made.define(overrides: { "tasks" => "b.txt" }).config).to eq("tasks" => "b.txt")
  end

  it "warns of a key that was probably meant as a word" do
    warnings = topology { configure { set "max_spout_pending", 5 } }.define.check!

    expect(warnings.map { |warning| warning["message"] })
      .to eq(["`set \"max_spout_pending\"` sets a key of your own; the engine's is `topology.max.spout.pending`, " \
              "or the word `max_spout_pending`"])
  end

  it "checks values that --set gives, and says so" do
    found = problems(topology, overrides: { "max_spout_pending" => "many" })

    expect(found).to eq(["message" => "`topology.max.spout.pending` takes a whole number from 1, not \"many\"",
                         "at" => "--set"])
  end

  describe "sources" do
    it "may name a class that one component is made of" do
      klass = bolt_class
      made = topology { bolt(klass) { source Problems::Good, :shuffle } }

      expect(made.define.to_model["components"].last["sources"].first).to include("component" => "good")
    end

    it "cannot name a class that no component, or that several, are made of" do
      other = bolt_class(name: "Other")

      expect(problems_of_block { source other, :shuffle })
        .to include("source Other: no component is made of this class")
      expect(messages(topology do
        spout Problems::Good, id: :second
        bolt(other) { source Problems::Good, :shuffle }
      end)).to include("source Problems::Good: several components are made of this class: use an id (good, second)")
    end

    it "must exist, with their streams and fields" do
      expect(problems_of_block { source :god, :shuffle })
        .to eq(["source of `some_bolt`: no component `god` (did you mean `good`?); there are: good, some_bolt"])
      expect(problems_of_block { source :good, :shuffle, stream: :erors })
        .to eq(["source of `some_bolt`: `good` has no stream `erors`; it declares: default"])
      expect(problems_of_block { source :good, fields: [:nn] })
        .to contain_exactly(/\Asource of `some_bolt`: field `nn` is not declared by stream `default` of `good`.*: n, m/)
    end

    it "of a direct stream are direct, and no others" do
      expect(problems_of_block { source :good, :direct })
        .to eq(["source of `some_bolt`: stream `default` of `good` is not direct: declare it with `direct: true`"])
      direct = topology do
        bolt(Class.new(Redgale::Bolt) { on_receive { 1 } }, id: :a) do
          source :good, :shuffle
          stream :out, :x, direct: true
        end
        bolt(Class.new(Redgale::Bolt) { on_receive { 1 } }, id: :b) { source :a, :shuffle, stream: :out }
      end
      expect(messages(direct))
        .to eq(["source of `b`: stream `out` of `a` is direct: read it with `source ..., :direct`"])
    end

    it "need fields" do
      wrong = topology do
        bolt(Class.new(Redgale::Bolt) { on_receive { 1 } }, id: :a) { source :good, :shuffle }
        bolt(Class.new(Redgale::Bolt) { on_receive { 1 } }, id: :b) { source :a, :shuffle }
      end

      expect(messages(wrong)).to eq(["source of `b`: stream `default` of `a` has no fields: it needs output_fields"])
    end
  end

  it "tells a bolt without a source also when another one's source is wrong" do
    klass = bolt_class

    expect(messages(topology do
      bolt(klass, id: :a) { source :good, :shufle }
      bolt klass, id: :b
      bolt(klass, id: :c) { set "x", 1 }
    end)).to match([/source of `a`: unknown grouping/, "bolt `b` has no source: its block needs `source ...`",
                    "bolt `c` has no source: its block needs `source ...`"])
  end

  it "numbers custom groupings and keeps their objects" do
    grouping = Class.new do
      def prepare(*) = nil
      def choose_tasks(*) = []
    end
    definition = topology do
      bolt(Class.new(Redgale::Bolt) { on_receive { 1 } }, id: :b) { source :good, custom: grouping }
    end.define

    expect(definition.custom_groupings).to eq([grouping])
    expect(definition.to_model["components"].last["sources"].first["grouping"]).to eq("type" => "custom", "index" => 0)
  end

  it "finds handlers of on_values that need more values than a stream has" do
    wide = bolt_class { on_values { |a, b, c| [a, b, c] } }

    expect(problems_of_bolt(wide))
      .to eq(["`on_values` of `some_bolt` needs 3 values, but stream `default` of `good` has 2 (n, m)"])
    expect(problems_of_bolt(bolt_class { on_values { |a, b, c = 1| [a, b, c] } })).to be_empty
    expect(problems_of_bolt(bolt_class { on_values { |*all| all } })).to be_empty
  end

  it "wants an interval for on_tick, the component's or the topology's" do
    ticking = bolt_class { on_tick { 1 } }

    expect(problems_of_bolt(ticking)).to eq(["`on_tick` of `some_bolt` needs `tick every:`"])
    expect(messages(topology do
      bolt(ticking) { source :good, :shuffle }
      configure { tick_tuple_freq_secs 5 }
    end)).to be_empty
  end

  it "wants a spout, ids of its own for each component, and no reserved names" do
    expect(messages(Class.new(Redgale::Topology) { name "empty" })).to eq(["topology `empty` has no spout"])
    expect(messages(topology { spout Problems::Good, id: :good }))
      .to include(/\Aid `good` is taken by the component at .*problems\.rb:\d+: give one of them an `id:`\z/)
    expect(messages(topology { spout Problems::Good, id: :__acker }))
      .to include("id `__acker` is reserved: ids do not start with __")
    expect(messages(topology { spout(Problems::Good, id: :x) { stream :__s, :__f } }))
      .to contain_exactly("stream `__s` of `x` is reserved: stream names do not start with __",
                          "field `__f` of stream `__s` of `x` is reserved: fields do not start with __")
  end

  describe "on_submit" do
    it "is called with the environment, once for each submit" do
      seen = []
      made = topology { on_submit { |env| seen << env } }
      definition = made.define(env: :cluster)
      expect(seen).to be_empty
      definition.submit

      expect(seen).to eq([:cluster])
    end

    it "may be a class method, with or without a parameter" do
      made = topology do
        on_submit :announce
        define_singleton_method(:announce) { |env| raise env.to_s }
      end
      quiet = topology do
        on_submit :announce
        define_singleton_method(:announce) { raise "without" }
      end

      expect { made.define.submit }.to raise_error(Redgale::DefinitionError, /`on_submit` raised RuntimeError: local/)
      expect { quiet.define.submit }.to raise_error(Redgale::DefinitionError, /without/)
    end

    it "tells an exception with its place" do
      place = here(1)
      made = topology { on_submit { raise "not today" } }

      expect { made.define.submit }
        .to raise_error(Redgale::DefinitionError, "#{place}: `on_submit` raised RuntimeError: not today")
    end

    it "does nothing if there is none" do
      expect(topology.define.submit).to be_nil
    end
  end
end
