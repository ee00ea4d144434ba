# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "A value that could not leave the process" do
  include TopologyFile

  # A spout that emits what the block of each gives, for n from 1 to a limit, and a bolt that passes it on.
  def file(value, count: 3, sink: "nil")
    <<~RUBY
      require "redgale"
      class Source < Redgale::Spout
        output_fields :n
        max_retries 0
        on_init { @n = 0 }
        on_send { @n < #{count} ? @n += 1 : finish }
        on_give_up { |values, error| puts "gave up", values.inspect, error.class, error.message }
      end
      class Middle < Redgale::Bolt
        output_fields :n, :value
        on_receive { |tuple| [(n = tuple[:n]), #{value}] }
      end
      class Sink < Redgale::Bolt
        on_receive { |tuple| #{sink} }
      end
      class SpecTopology < Redgale::Topology
        spout Source
        bolt(Middle, id: :b) { source Source, :shuffle }
        bolt(Sink) { source :b, :shuffle }
      end
    RUBY
  end

  what_can = "which cannot leave the process; what can: nil, true, false, Integer, Float, String, Symbol, Array, " \
             "Hash, Time, and objects of classes named by `serializes`"

  {
    "Object.new" => /value\[1\] is of class Object/,
    "Mutex.new" => /value\[1\] is of class Thread::Mutex/,
    "Struct.new(:a).new(1)" => /value\[1\] is of class #<Class:/,
    "[1, { 'key' => [proc { 1 }] }]" => /value\[1\]\[1\]\["key"\]\[0\] is of class Proc/,
    "tuple" => /value\[1\] is of class Redgale::Tuple/,
    "{ Object => 1 }" => /is of class Class/
  }.each do |value, message|
    it "fails its tuple under --strict, naming stream, path and class: #{value}" do
      result = local(file(value, count: 2), "--strict")

      expect(result.exitstatus).to eq(3), result.to_s
      expect(result.stdout.scan(/^gave up\n\[[12]\]\nRedgale::UnsupportedValue$/).size).to eq(2)
      told = result.stdout.lines(chomp: true).grep(/stream/)
      expect(told).to all(start_with("stream `default` of `b`: value")).and all(match(message))
      expect(told).to all(end_with(what_can))
    end

    it "is warned of once for its stream without --strict, and goes its way: #{value}" do
      result = local(file(value, count: 5, sink: "puts 'sink'; nil"))

      expect(result.exitstatus).to eq(0), result.to_s
      warnings = result.stderr.lines(chomp: true).grep(/WARN/)
      expect(warnings.size).to eq(1)
      expect(warnings.first).to include("stream `default` of `b`: value").and match(message).and end_with(what_can)
      expect(result.stdout.scan("sink").size).to eq(5)
    end
  end

  it "is looked for in the first 1,000 tuples of a stream" do
    late = local(file("n == 1_000 ? Object.new : 1", count: 1_200))
    too_late = local(file("n == 1_001 ? Object.new : 1", count: 1_200))

    expect(late.stderr).to include("value[1] is of class Object")
    expect(too_late.stderr).not_to include("is of class")
    expect([late.exitstatus, too_late.exitstatus]).to eq([0, 0])
  end

  it "is looked for in every tuple under --strict" do
    result = local(file("n == 1_100 ? Object.new : 1", count: 1_200), "--strict")

    expect(result.exitstatus).to eq(3), result.to_s
    expect(result.stdout)
      .to include("gave up\n[1100]\nRedgale::UnsupportedValue\nstream `default` of `b`: value[1] is of")
  end

  it "is warned of once for its stream, however many executors emit on it" do
    result = local(file("Mutex.new", count: 100).sub("id: :b)", "id: :b, parallelism: 4)"))

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stderr.lines.grep(/WARN/).size).to eq(1)
  end

  it "is warned of for each stream" do
    result = local(<<~RUBY)
      require_relative "parts"
      class Middle < Redgale::Bolt
        output_fields :a
        stream :named, :a
        on_receive { emit([Mutex.new]); emit([proc { 1 }], stream: :named) }
      end
      class SpecTopology < Redgale::Topology
        spout Numbers
        bolt(Middle) { source Numbers, :shuffle }
        bolt(Show) { source Middle, :shuffle; source Middle, :shuffle, stream: :named; on_receive { nil } }
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stderr).to include("stream `default` of `middle`: value[0] is of class Thread::Mutex")
      .and include("stream `named` of `middle`: value[0] is of class Proc")
    expect(result.stderr.lines.grep(/WARN/).size).to eq(2)
  end

  it "does not come from what can travel" do
    values = '[nil, true, 1, 2**80, 1.5, "text", "\xFF", "\xFF".b, :symbol, [1, [2]], { "a" => { b: 1 } }, Time.now]'
    [[], ["--strict"]].each do |options|
      result = local(file(values, sink: "p tuple[:value].map(&:class)"), *options)

      expect(result.exitstatus).to eq(0), result.to_s
      expect(result.stderr).not_to include("WARN")
      expect(result.stdout.lines.uniq)
        .to eq(["[NilClass, TrueClass, Integer, Integer, Float, String, String, String, Symbol, Array, Hash, Time]\n"])
    end
  end

  describe "under --strict" do
    it "is found when it is changed after it was emitted: what was emitted is frozen, down to the last string" do
      result = local(file("@value = { a: ['x'.dup] }").sub("on_receive { |tuple| [", <<~RUBY.chomp), "--strict")
        on_close { puts [@value, @value[:a], @value[:a][0]].map(&:frozen?).inspect }
        on_receive { |tuple| [
      RUBY

      expect(result.exitstatus).to eq(0), result.to_s
      expect(result.stdout).to eq("[true, true, true]\n")
    end

    it "is found when a bolt changes what it got: that is frozen, too" do
      sink = "v = tuple[:value]; p [v, v[:a], v[:a][0]].map(&:frozen?)"
      result = local(file("{ a: ['x'.dup] }", count: 1, sink: sink), "--strict")

      expect(result.exitstatus).to eq(0), result.to_s
      expect(result.stdout).to eq("[true, true, true]\n")
    end

    it "arrives as an equal value, Hash keys, encodings and times included" do
      values = '{ "a" => :b, 3 => ["ü", "\xFF".b, 2**80, 1.0, Time.at(1, 5, :nsec)], :c => nil }'
      result = local(file(values, count: 1, sink: "p tuple[:value] == #{values}; p tuple[:value][3].map { |v| " \
                                                  "v.respond_to?(:encoding) && v.encoding }; nil"), "--strict")

      expect(result.exitstatus).to eq(0), result.to_s
      expect(result.stdout.lines.first).to eq("true\n")
      expect(result.stdout).to include("#<Encoding:UTF-8>, #<Encoding:ASCII-8BIT>")
    end
  end
end
