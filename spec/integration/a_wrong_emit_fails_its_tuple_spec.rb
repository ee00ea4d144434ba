# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "A bolt that emits what its streams cannot take" do
  include TopologyFile

  # A topology whose bolt `b` handles three numbers by this code. Sinks print what reaches them.
  def file(handler)
    <<~RUBY
      require "redgale"
      class Source < Redgale::Spout
        output_fields :n
        max_retries 0
        on_init { @n = 0 }
        on_send { @n < 3 ? @n += 1 : finish }
        on_give_up { |values, error| puts "gave up", values.inspect, error.class, error.message }
      end
      class Middle < Redgale::Bolt
        output_fields :a
        stream :named, :x, :y
        stream :straight, :x, direct: true
        on_init { @told = 0 }
        on_error { |error, tuple| puts "on_error", error.class, tuple.class }
        #{handler}
      end
      class Sink < Redgale::Bolt
        on_receive { |tuple| puts "sink", tuple.inspect }
      end
      class SpecTopology < Redgale::Topology
        spout Source
        bolt(Middle, id: :b) { source Source, :shuffle }
        bolt(Sink, id: :default) { source :b, :shuffle }
        bolt(Sink, id: :named) { source :b, :shuffle, stream: :named }
        bolt(Sink, id: :straight) { source :b, :direct, stream: :straight }
      end
    RUBY
  end

  one = "(the returned value was read as one tuple; return an Array of Arrays for several)"
  several = "(the returned value was read as several tuples, because its first element is an Array; " \
            "use emit for a tuple that starts with an Array)"
  {
    "on_receive { |tuple| [tuple[:n], 2] }" =>
      "stream `default` of `b` has 1 field (:a), but the tuple has 2 values #{one}",
    "on_values { |n| [n, 2, 3] }" =>
      "stream `default` of `b` has 1 field (:a), but the tuple has 3 values #{one}",
    "on_receive { |tuple| [[tuple[:n]], [1, 2]] }" =>
      "stream `default` of `b` has 1 field (:a), but the tuple has 2 values #{several}",
    "on_receive { |tuple| [[tuple[:n]], 2] }" =>
      "element 1 of the returned Array is not an Array, as its first element is #{several}",
    "on_receive { emit([1, 2]) }" => "stream `default` of `b` has 1 field (:a), but the tuple has 2 values",
    "on_receive { emit([1], stream: :named) }" =>
      "stream `named` of `b` has 2 fields (:x, :y), but the tuple has 1 value",
    "on_receive { emit([], stream: :named) }" =>
      "stream `named` of `b` has 2 fields (:x, :y), but the tuple has 0 values",
    "on_receive { emit([1], stream: :straight) }" =>
      "stream `straight` of `b` is direct: emit needs `to:`, the id of the task",
    "on_receive { emit([1], to: 1) }" =>
      "stream `default` of `b` is not direct: `to:` is only for streams declared `direct: true`",
    "on_receive { emit([1], stream: :straight, to: 99) }" =>
      "task 99 does not read stream `straight` of `b` with grouping :direct"
  }.each do |handler, message|
    it "fails the tuple: #{handler}" do
      result = local(file(handler), timeout: 30)

      expect(result.exitstatus).to eq(3), result.to_s
      told = result.stdout.lines(chomp: true)
      expect(told).not_to include("sink")
      expect(told.count("on_error")).to eq(3)
      # on_values has no tuple object to tell of
      input = handler.start_with?("on_values") ? "NilClass" : "Redgale::Tuple"
      expect(told.each_cons(3).count(["on_error", "Redgale::EmitError", input])).to eq(3)
      [1, 2, 3].each { |n| expect(told.join("\n")).to include("gave up\n[#{n}]\nRedgale::EmitError\n#{message}") }
      expect(result.stderr).to include("b: Redgale::EmitError: #{message}").or include("Redgale::EmitError: #{message}")
    end
  end

  it "names the declared streams for one that is not" do
    result = local(file("on_receive { emit([1], stream: :nmaed) }"))

    expect(result.exitstatus).to eq(3), result.to_s
    expect(result.stdout).to match(/gave up\n\[1\]\nRedgale::EmitError\n`b` has no stream `nmaed`.*declares.*`?named`?/)
  end

  {
    "emit([1], anchor: 3)" => "`anchor:` takes a Redgale::Tuple or an Array of them, not 3 (Integer)",
    "emit([1], stream: :straight, to: \"x\")" => "`to:` takes the id of a task, not \"x\" (String)",
    "ack(3)" => "ack takes a Redgale::Tuple, not 3 (Integer)",
    "fail(\"oops\")" =>
      "fail takes a Redgale::Tuple, not \"oops\" (String); to fail the current tuple with an error use raise"
  }.each do |call, message|
    it "names the argument that is wrong: #{call}" do
      result = local(file("on_receive { #{call} }"))

      expect(result.exitstatus).to eq(3), result.to_s
      expect(result.stdout).to include("gave up\n[1]\nTypeError\n#{message}\n")
    end
  end

  it "fails the tuples of a batch" do
    result = local(file("on_batch(max: 3, within: 0.05) { |tuples| [tuples.size, 2] }"))

    expect(result.exitstatus).to eq(3), result.to_s
    expect(result.stdout.scan(/has 1 field \(:a\), but the tuple has 2 values/).size).to eq(3)
  end

  it "fails the tuple of an asynchronous emit's thread by nothing but the error it raises there" do
    result = local(file(<<~RUBY))
      on_receive do |tuple|
        Thread.new { emit([1, 2], anchor: tuple) rescue puts("raised", $!.class) }.join
        nil
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout.lines(chomp: true)).to eq(%w[raised Redgale::EmitError] * 3)
  end

  it "is told of a spout, which goes on" do
    result = local(<<~RUBY)
      require_relative "parts"
      class Odd < Numbers
        on_send { @n < 3 ? [@n += 1] * @n : finish }
        on_error { |error, tuple| puts error.class, error.message, tuple.inspect }
      end
      class SpecTopology < Redgale::Topology
        spout Odd
        bolt(Show) { source Odd, :shuffle }
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    told = result.stdout.lines(chomp: true)
    expect(told).to include("1", "nil",
                            "stream `default` of `odd` has 1 field (:n), but the tuple has 2 values #{one}",
                            "stream `default` of `odd` has 1 field (:n), but the tuple has 3 values #{one}")
    expect(told.count("Redgale::EmitError")).to eq(2)
  end

  it "is told of a spout that should have given an id" do
    result = local(<<~RUBY)
      require_relative "parts"
      class Odd < Numbers
        on_send(reliable: true) { @left.empty? ? finish : @left.shift }
        on_init { @left = [[], [:id], [:id, 1, 2]] }
        on_error { |error, _tuple| puts error.message }
      end
      class SpecTopology < Redgale::Topology
        spout Odd
        bolt(Show) { source Odd, :shuffle }
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    reading = "(the returned value was read as [id, *values])"
    expect(result.stdout.lines(chomp: true).grep_v(/on_init/))
      .to eq(["on_send(reliable: true) must return [id, *values], but returned an empty Array",
              "stream `default` of `odd` has 1 field (:n), but the tuple has 0 values #{reading}",
              "stream `default` of `odd` has 1 field (:n), but the tuple has 2 values #{reading}"])
  end

  it "may return anything where there are no output_fields" do
    result = local(TopologyFile::SOUND.sub("bolt(Show)", "bolt(Class.new(Redgale::Bolt) { on_receive { [1, 2, 3] } })"))

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stderr).to include("3 tuples acked").and include("0 failures")
  end
end
