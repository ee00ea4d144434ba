# frozen_string_literal: true

require "unit/support/problems"

RSpec.describe Redgale::Configurator do
  include Problems

  def configured(env = :local, &block)
    described_class.new.tap { |configurator| configurator.redgale_run(block, env) }
  end

  it "has a word for every key of the engine, and no word twice" do
    expect(described_class.keys.size).to be > 30
    expect(described_class.keys.map { |row| row["names"] }).to all(be_any)
    expect(described_class.words).to eq(described_class.words.uniq.sort)
  end

  table = described_class.keys
  table.each do |row|
    row["names"].each do |word|
      it "#{word} sets #{row["key"]}" do
        made = configured { public_send(word, 7) }

        expect(made.redgale_values).to eq(row["key"] => 7)
        expect(made.redgale_problems).to be_empty
      end
    end
  end

  it "knows RedStorm's words and Storm's short ones" do
    made = configured do
      num_workers 1
      num_ackers 2
      max_spout_pending 3
      message_timeout_secs 4
    end

    expect(made.redgale_values).to eq("topology.workers" => 1, "topology.acker.executors" => 2,
                                      "topology.max.spout.pending" => 3, "topology.message.timeout.secs" => 4)
  end

  it "sets any key, and remembers where" do
    place = here(1)
    made = configured { set :input, "a.txt" }

    expect(made.redgale_values).to eq("input" => "a.txt")
    expect(made.redgale_places).to eq("input" => place)
  end

  it "gives the block the environment" do
    expect(configured(:cluster) { |env| set "env", env }.redgale_values).to eq("env" => :cluster)
    expect(configured { set "env", "none asked for" }.redgale_values).to eq("env" => "none asked for")
  end

  it "names an unknown word, the nearest and those that have an effect" do
    message = configured { max_spout_pendng 3 }.redgale_problems.first["message"]

    expect(message).to start_with("unknown configuration word `max_spout_pendng` " \
                                  "(did you mean `max_spout_pending`?); allowed: set, acker_executors,")
    expect(message).to include("workers")
    expect(message).not_to include("kryo")
  end

  it "takes one value for a word, a Hash without braces included" do
    wrong = configured do
      workers
      workers 1, 2
    end

    expect(wrong.redgale_problems.map { |problem| problem["message"] })
      .to eq(["`workers` takes one value, not none", "`workers` takes one value, not 2"])
    expect(configured { kryo_register a: 1 }.redgale_values).to eq("topology.kryo.register" => { a: 1 })
  end

  it "makes a problem of an exception, at its line" do
    place = here(1)
    wrong = configured { raise "no file" }

    expect(wrong.redgale_problems).to eq(["message" => "`configure` raised RuntimeError: no file", "at" => place])
  end

  it "runs blocks as ordinary code: constants, __dir__, variables and methods of the topology, private ones included" do
    top = 20
    made = topology do
      define_singleton_method(:folder) { "data" }
      singleton_class.send(:private, :folder)
      configure do
        set "class", Problems::Good.name
        set "dir", __dir__
        set "top", top
        set "folder", folder
      end
    end

    expect(made.define.problems).to be_empty
    expect(made.define.config).to include("class" => "Problems::Good", "dir" => __dir__, "top" => 20,
                                          "folder" => "data")
  end

  describe "values" do
    {
      [:workers, 2] => "`topology.workers` 2: more than one worker process is not available yet; only 1 is possible",
      [:workers, 0] => "`topology.workers` takes a whole number from 1, not 0",
      [:num_ackers, -1] => "`topology.acker.executors` takes a whole number from 0, not -1",
      [:max_spout_pending, "many"] => "`topology.max.spout.pending` takes a whole number from 1, not \"many\"",
      [:message_timeout_secs, -1] => "`topology.message.timeout.secs` takes seconds above 0, not -1",
      [:enable_message_timeouts, 1] => "`topology.enable.message.timeouts` takes true or false, not 1",
      [:topology_name, 3] => "`topology.name` takes a String, not 3"
    }.each do |(word, value), message|
      it "of #{word} cannot be #{value.inspect}" do
        expect(problems_of_configuration { public_send(word, value) }).to eq([message])
      end
    end

    it "refuses a shortest wait before a replay that is above the longest" do
      min, max = %w[min max].map { |end_of| "`redgale.retry.backoff.#{end_of}.secs`" }
      both = problems_of_configuration do
        retry_backoff_min 5
        retry_backoff_max 1
      end

      expect(both).to eq(["#{min} 5 is above #{max} 1"])
      expect(problems_of_configuration { retry_backoff_min 31 }).to eq(["#{min} 31 is above #{max} 30.0 (the default)"])
      expect(problems_of_configuration { retry_backoff_max 0.05 })
        .to eq(["#{min} 0.1 (the default) is above #{max} 0.05"])
      expect(problems_of_configuration { retry_backoff_min 30 }).to be_empty
      expect(problems_of_configuration { retry_backoff_min "5" }).to contain_exactly(/takes seconds above 0/)
    end

    it "refuses it for one component, at its place" do
      place = here(2)
      made = topology do
        spout(Problems::Good, id: :other) { retry_backoff_min 3 }
        configure { retry_backoff_max 3 }
      end

      expect(problems(made)).to be_empty
      expect(problems(made, overrides: { "retry_backoff_max" => 2 }).map { |problem| problem["at"] }).to eq([place])
    end

    it "under reserved prefixes need a key that exists; others are the user's" do
      expect(problems_of_configuration { set "topology.max.spout.pendin", 1 })
        .to eq(["unknown configuration key `topology.max.spout.pendin` (did you mean `topology.max.spout.pending`?)"])
      expect(problems_of_configuration { set "redgale.foo", 1 }).to include(/unknown configuration key `redgale.foo`/)
      expect(problems_of_configuration { set "storm.foo", 1 }).to include(/unknown configuration key `storm.foo`/)
      expect(problems_of_configuration { set "my.foo", 1 }).to be_empty
    end

    it "are what JSON can hold" do
      odd = "\xFF".dup.force_encoding(Encoding::UTF_8)
      loop = [].tap { |array| array << array }

      expect(problems_of_configuration { set "x", [1, { "a" => [nil, true, 2.5, :b, "c"] }] }).to be_empty
      [Time.at(0), Float::NAN, { 1 => 2 }, [Object], odd, "\xFF".b, loop].each do |value|
        expect(problems_of_configuration { set "x", value })
          .to contain_exactly(start_with("`x` cannot be ").and(end_with("it must be what JSON can hold")))
      end
    end

    it "of a component are checked, too" do
      expect(problems_of_block do
        source :good, :shuffle
        max_spout_pending 0
        set "x", Float::INFINITY
      end).to contain_exactly("`topology.max.spout.pending` takes a whole number from 1, not 0",
                              "`x` cannot be Infinity (Float): it must be what JSON can hold")
    end
  end
end
