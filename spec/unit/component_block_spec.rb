# frozen_string_literal: true

require "unit/support/problems"

RSpec.describe Redgale::ComponentBlock do
  include Problems

  RSpec::Matchers.define(:exclude_all) do |*words|
    match { |list| (list & words).empty? }
  end

  def component(klass = bolt_class, kind: :bolt, **options, &block)
    Redgale::ComponentDefinition.new(kind, klass, { id: :some_bolt, **options }, block, "spec.rb:1")
  end

  it "takes sources by class or id, with any grouping, of any stream" do
    place = here(2)
    made = component do
      source :other, :shuffle
      source Problems::Good, fields: [:n]
      source "other", partial_key: %w[a b], stream: :errors
    end

    expect(made.raw_sources)
      .to eq([[:other, { "type" => "shuffle" }, "default", place],
              [Problems::Good, { "type" => "fields", "fields" => ["n"] }, "default", here(-6)],
              ["other", { "type" => "partial_key", "fields" => %w[a b] }, "errors", here(-6)]])
  end

  it "overrides fields and adds streams for this component alone" do
    klass = bolt_class { output_fields :a }
    made = component(klass) do
      output_fields :b, :c
      stream :errors, :reason, direct: true
    end

    expect(made.streams.map { |stream| stream.values_at("name", "fields", "direct") })
      .to eq([["default", %w[b c], false], ["errors", ["reason"], true]])
    expect(component(klass).streams.map { |stream| stream["fields"] }).to eq([["a"]])
  end

  it "sets configuration by key and by word" do
    made = component do
      set "input", "a.txt"
      max_spout_pending 5
    end

    expect(made.config).to eq("input" => "a.txt", "topology.max.spout.pending" => 5)
    expect(made.config_at.keys).to eq(made.config.keys)
  end

  it "takes every statement of a component class, and leaves the class as it was" do
    klass = bolt_class { on_receive { :class } }
    made = component(klass) do
      on_receive(ack: false) { :block }
      on_init { :init }
      tick every: 2
      on_tick { :tick }
      error_policy :die
    end

    expect(made.handler).to include(ack: false, tick: 2.0, error_policy: :die)
    expect(made.instantiate.on_receive).to eq(:block)
    expect(made.problems).to be_empty
    expect(made.target.name).to eq(klass.name)
    expect(klass.new.on_receive).to eq(:class)
    expect(klass).not_to be_method_defined(:on_init)
  end

  it "takes statements for plain classes" do
    plain = Class.new { def execute(tuple) = tuple }
    made = component(plain) do
      output_fields :a
      on_init { :init }
    end

    expect(made.problems).to be_empty
    expect(made.instantiate.on_init).to eq(:init)
    expect(plain).not_to respond_to(:output_fields)
  end

  it "runs as ordinary code: constants, __dir__, local variables and methods of the topology" do
    fields = %i[x y]
    made = topology do
      define_singleton_method(:limit) { |by| 4 * by }
      bolt(Problems.const_get(:Good).then { Class.new(Redgale::Bolt) { on_receive { 1 } } }, id: :some_bolt) do
        source :good, :shuffle
        output_fields(*fields)
        set "folder", __dir__
        set "limit", limit(2)
        set "class", Problems::Good.name
      end
    end
    definition = made.define
    bolt = definition.components.last

    expect(definition.problems).to be_empty
    expect(bolt.config).to eq("folder" => __dir__, "limit" => 8, "class" => "Problems::Good")
    expect(bolt.fields_of("default")).to eq(%w[x y])
  end

  it "names an unknown word, the nearest and the allowed ones" do
    expect(problems_of_block { sorce :good, :shuffle }.first)
      .to start_with("unknown word in the block of `some_bolt` `sorce` (did you mean `source`?); allowed: source, " \
                     "output_fields, stream, set, around,")
    expect(problems_of_block { on_recieve { 1 } }.first).to include("did you mean `on_receive`?")
  end

  it "lists the words of this kind of component alone" do
    bolt = component { nonsense }
    plain = component(Class.new { def execute(tuple) = tuple }) { nonsense }
    spout = component(Class.new(Redgale::Spout) { on_send { finish } }, kind: :spout) { nonsense }
    listed = [bolt, plain, spout].map { |made| made.problems.first["message"][/allowed: (.*)/, 1].split(", ") }

    expect(listed[0]).to include("source", "on_receive", "tick").and exclude_all("on_send", "on_ack", "max_retries")
    expect(listed[1]).to eq(listed[0])
    expect(listed[2]).to include("on_send", "max_retries", "tick").and exclude_all("source", "on_receive", "on_batch")
  end

  it "tells an option that stands in the block where it belongs" do
    expect(problems_of_block do
      source :good, :shuffle
      parallelism 3
      with url: "x"
      id
    end).to eq(["`parallelism` is an option of `bolt`, not a word of its block: bolt(SomeBolt, parallelism: 3)",
                "`with` is an option of `bolt`, not a word of its block: bolt(SomeBolt, with: ...)",
                "`id` is an option of `bolt`, not a word of its block: bolt(SomeBolt, id: ...)"])
    made = component(Class.new(Redgale::Spout) { on_send { finish } }, kind: :spout) { id :other }
    expect(made.problems.map { |problem| problem["message"] })
      .to eq(["`id` is an option of `spout`, not a word of its block: spout(..., id: :other)"])
  end

  it "refuses a word without a value" do
    expect(problems_of_block do
      source :good, :shuffle
      max_spout_pending
      tasks 1, 2
    end).to eq(["`max_spout_pending` takes one value, not none", "`tasks` takes one value, not 2"])
  end

  it "refuses sources of spouts, of nothing, and odd stream names" do
    klass = Class.new(Redgale::Spout) { on_send { finish } }
    made = component(klass, kind: :spout) { source :good, :shuffle }

    expect(made.problems.map { |problem| problem["message"] })
      .to eq(["source of `some_bolt`: a spout has no source: it makes its own tuples"])
    expect(problems_of_block { source }).to eq(["source of `some_bolt`: a component class or an id is needed, not nil"])
    expect(problems_of_block { source :good, :shuffle, stream: 3 })
      .to eq(["source of `some_bolt`: `stream:` takes the name of a stream, not 3"])
  end

  it "makes a problem of an exception, at the line that raised" do
    place = here(3)
    found = problems(topology do
      bolt(Class.new(Redgale::Bolt) { on_receive { 1 } }, id: :some_bolt) do
        raise ArgumentError, "no"
      end
    end)

    expect(found).to include("at" => place, "message" => "the block of `some_bolt` raised ArgumentError: no")
  end

  it "makes a problem of wrong arguments of a statement" do
    expect(problems_of_block do
      source :good, :shuffle
      error_policy
    end).to contain_exactly(/the block of `some_bolt` raised ArgumentError: wrong number of arguments/)
  end
end
