# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "objects in tuples" do
  include TopologyFile

  let(:parts) { <<~'RUBY' }
    require "date"
    require "set"

    class Money
      attr_reader :cents

      def initialize(cents) = @cents = cents
      def dump = $broken ? raise("no change") : cents
      def self.load(cents) = new(cents)
    end
    Point = Struct.new(:x, :y)

    class Objects < Redgale::Spout
      output_fields :object
      on_init { @objects = [Date.new(2026, 2, 28), 1/3r, Set[1], 1..2, Point.new(1, Date.new(2026, 1, 1)), Money.new(5)] }
      on_send { @objects.empty? ? finish : emit([@objects.shift]) }
    end

    class Shown < Redgale::Bolt
      on_values do |object|
        puts object.is_a?(Money) ? "Money #{object.cents}" : object.inspect
        puts object.frozen?
      end
    end
  RUBY

  it "come out of the codec as they went in, when the class is serialized" do
    result = local(<<~RUBY, "--strict")
      #{parts}
      class ObjectsTopology < Redgale::Topology
        spout Objects
        bolt(Shown) { source Objects, fields: [:object] }
        serializes Money
      end
    RUBY
    expect(result.exitstatus).to eq(0), result.to_s
    shown = ["#<Date: 2026-02-28 ((2461100j,0s,0n),+0s,2299161j)>", "(1/3)", "#<Set: {1}>", "1..2",
             "#<struct Point x=1, y=#<Date: 2026-01-01 ((2461042j,0s,0n),+0s,2299161j)>>", "Money 5"]
    expect(result.stdout.split("\n")).to eq(shown.flat_map { |line| [line, "true"] })
    expect(result.stderr).to match(/6 tuples acked.*0 pending/)
  end

  it "are refused by name and place when it is not, or when its dump raises" do
    result = local(<<~RUBY, "--strict", "--timeout", "1")
      #{parts}
      class ObjectsTopology < Redgale::Topology
        spout(Objects) { on_error { |error, _tuple| puts error.message } }
        bolt(Shown) { source Objects, fields: [:object] }
      end
    RUBY
    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to include("value[0] is of class Money, which cannot leave the process; what can: nil, true")

    result = local(<<~RUBY, "--strict", "--timeout", "1")
      $broken = true
      #{parts}
      class ObjectsTopology < Redgale::Topology
        spout(Objects) { on_error { |error, _tuple| puts error.message } }
        bolt(Shown) { source Objects, fields: [:object] }
        serializes Money
      end
    RUBY
    expect(result.stdout).to include("value[0] is a Money (its dump raised RuntimeError: no change)")
  end

  it "are named at once if they could not be serialized" do
    result = local(<<~RUBY)
      class WrongTopology < Redgale::Topology
        serializes Object
        serializes 1
        spout Class
      end
    RUBY
    expect(result.exitstatus).to eq(1)
    expect(result.stderr).to include("topology.rb:2: `serializes Object`: there is no method Object#dump",
                                     "topology.rb:3: `serializes` takes a class, not 1")
  end
end
