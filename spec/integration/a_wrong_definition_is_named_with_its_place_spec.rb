# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "A wrong definition" do
  include TopologyFile

  # An example: with these lines in a component class or in the topology, the process must say this of the line that is
  # marked by `# here`, and nothing else.
  def self.refuses(name, message, bolt: "", topology: "bolt(Broken, id: :b) { source Numbers, :shuffle }")
    it "is refused: #{name}" do
      text = file(bolt, topology)
      place = "topology.rb:#{text.lines.index { |line| line.include?("# here") } + 1}"
      result = local(text)

      expect(result.exitstatus).to eq(1), result.to_s
      expect(result.stderr).to eq("#{place}: #{message}\nredgale: 1 problem found; nothing was run\n")
      expect(result.stdout).to be_empty
    end
  end

  def file(bolt, topology)
    <<~RUBY
      require_relative "parts"
      class Broken < Redgale::Bolt
        on_receive { |tuple| tuple } unless #{bolt.match?(/on_(receive|values|batch)/)}
      #{bolt.strip}
      end
      class SpecTopology < Redgale::Topology
        spout Numbers
      #{topology.strip}
      end
    RUBY
  end

  describe "of a component class" do
    words = "around, error_policy, on_batch, on_close, on_error, on_init, on_receive, on_tick, on_values, " \
            "output_fields, set, stream, tick"
    bolt = "bolt(Broken, id: :b) { source Numbers, :shuffle }"
    refuses "a statement that there is not",
            "unknown statement `output_feilds` (did you mean `output_fields`?); allowed: #{words}",
            bolt: "output_feilds :a # here"
    refuses "an option of a handler that there is not",
            "unknown option of on_receive `anchr` (did you mean `anchor`?); allowed: emit, ack, anchor",
            bolt: "on_receive(anchr: true) { |tuple| tuple } # here"
    refuses "a handler that needs more than it gets",
            "the block of `on_receive` takes 2 parameters, but gets at most 1",
            bolt: "on_receive { |tuple, more| [tuple, more] } # here"
    refuses "on_values that needs more values than the stream has",
            "`on_values` of `b` needs 2 values, but stream `default` of `numbers` has 1 (n)",
            bolt: "on_values { |n, m| [n, m] }", topology: "#{bolt} # here"
    refuses "a callback that needs more than it gets",
            "the block of `on_error` takes 3 parameters, but gets at most 2",
            bolt: "on_error { |error, tuple, more| [error, tuple, more] } # here"
    refuses "a method name without a method",
            "`on_init :prepare`: Broken has no method `prepare`",
            bolt: "on_init :prepare # here"
    refuses "a method of the library defined anew",
            "Broken defines `emit`, which Redgale::Bolt already has: rename it",
            bolt: "def emit(values) = values # here"
    refuses "no handler at all",
            "SpecTopology::Bare has no handler: a bolt needs on_receive, on_values or on_batch (or def execute)",
            topology: "Bare = Class.new(Redgale::Bolt)\nbolt(Bare) { source Numbers, :shuffle } # here"
    refuses "two handlers",
            "a component has one handler: `on_receive` (topology.rb:4) or `on_values`",
            bolt: "on_receive { |tuple| tuple }\non_values { |n| n } # here"
    refuses "a reserved field name",
            "field `__n` of stream `default` of `b` is reserved: fields do not start with __",
            bolt: "output_fields :__n # here"
    refuses "a reserved stream name",
            "stream `__ack` of `b` is reserved: stream names do not start with __",
            bolt: "stream :__ack, :n # here"
    refuses "a field twice", "stream `default` of `b` has field `n` twice", bolt: "output_fields :n, :n # here"
    refuses "an error policy that there is not",
            "unknown error_policy `dye` (did you mean `die`?); allowed: fail_tuple, die",
            bolt: "error_policy :dye # here"
    refuses "a tick without on_tick", "`tick every:` needs `on_tick`", bolt: "tick every: 1", topology: "#{bolt} # here"
    refuses "a statement for spouts", "`on_give_up` is for spouts: `b` is a bolt", bolt: "on_give_up { 1 } # here"
  end

  describe "of a component in the topology" do
    groupings = ":shuffle, :local_or_shuffle, :global, :all, :none, :direct, fields:, partial_key:, custom:"
    bolt = ->(block) { "bolt(Broken, id: :b) { #{block} } # here" }
    refuses "an option that there is not",
            "unknown option of bolt `paralelism` (did you mean `parallelism`?); allowed: id, parallelism, tasks, with",
            topology: "bolt(Broken, id: :b, paralelism: 2) { source Numbers, :shuffle } # here"
    refuses "no parallelism", "`parallelism:` of bolt `b` takes a whole number from 1, not 0",
            topology: "bolt(Broken, id: :b, parallelism: 0) { source Numbers, :shuffle } # here"
    refuses "more executors than tasks",
            "`b` has 3 executors (parallelism) for 2 tasks: an executor needs at least one task",
            topology: "bolt(Broken, id: :b, parallelism: 3, tasks: 2) { source Numbers, :shuffle } # here"
    refuses "a grouping that there is not",
            "source of `b`: unknown grouping :shufle (did you mean `shuffle`?); allowed: #{groupings}",
            topology: bolt["source Numbers, :shufle"]
    refuses "no grouping", "source of `b`: a grouping is needed: #{groupings}", topology: bolt["source Numbers"]
    refuses "two groupings", "source of `b`: one grouping at a time, not shuffle and fields",
            topology: bolt["source Numbers, :shuffle, fields: [:n]"]
    refuses "a custom grouping that cannot choose",
            "source of `b`: custom grouping Comparable has no prepare and no choose_tasks(...)",
            topology: bolt["source Numbers, custom: Comparable"]
    refuses "no source", "bolt `b` has no source: its block needs `source ...`", topology: "bolt Broken, id: :b # here"
    refuses "a source that does not exist",
            "source of `b`: no component `nubmers` (did you mean `numbers`?); there are: numbers, b",
            topology: bolt["source :nubmers, :shuffle"]
    refuses "a class that no component is made of", "source Show: no component is made of this class",
            topology: bolt["source Show, :shuffle"]
    refuses "a field that the stream does not have",
            "source of `b`: field `word` is not declared by stream `default` of `numbers`; it has: n",
            topology: bolt["source Numbers, fields: [:word]"]
    refuses "a stream that is not declared",
            "source of `b`: `numbers` has no stream `errors`; it declares: default",
            topology: bolt["source Numbers, :shuffle, stream: :errors"]
    refuses "direct reading of a stream that is not direct",
            "source of `b`: stream `default` of `numbers` is not direct: declare it with `direct: true`",
            topology: bolt["source Numbers, :direct"]
    refuses "shuffled reading of a direct stream",
            "source of `b`: stream `out` of `s` is direct: read it with `source ..., :direct`",
            topology: "spout(Numbers, id: :s) { stream :out, :n, direct: true }\n" \
                      "#{bolt["source :s, :shuffle, stream: :out"]}"
    refuses "reading a stream without fields",
            "source of `c`: stream `default` of `b` has no fields: it needs output_fields",
            topology: "bolt(Broken, id: :b) { source Numbers, :shuffle }\n" \
                      "bolt(Show, id: :c) { source :b, :shuffle } # here"
    refuses "an id twice", "id `numbers` is taken by the component at topology.rb:7: give one of them an `id:`",
            topology: "bolt(Broken, id: :numbers) { source :numbers, :shuffle } # here"
    refuses "a reserved id", "id `__b` is reserved: ids do not start with __",
            topology: "bolt(Broken, id: :__b) { source Numbers, :shuffle } # here"
    refuses "a bolt as spout", "Show is a bolt, not a spout: use `bolt Show`", topology: "spout Show # here"
    refuses "a class that is none", "`bolt` takes a class, not :show", topology: "bolt :show # here"
    refuses "a source in a spout's block", "source of `s`: a spout has no source: it makes its own tuples",
            topology: "spout(Numbers, id: :s) { source Numbers, :shuffle } # here"
    refuses "an exception in the block", "the block of `b` raised KeyError: key not found: \"HOST\"",
            topology: bolt["source Numbers, :shuffle; {}.fetch(\"HOST\")"]
    refuses "a `with:` that the constructor does not take",
            "Broken.new: unknown keyword `timeuot` (did you mean `timeout`?); allowed: timeout",
            bolt: "def initialize(timeout: nil) = super()",
            topology: "bolt(Broken, id: :b, with: { timeuot: 1 }) { source Numbers, :shuffle } # here"
    refuses "a `with:` that is missing", "Broken.new: needs keyword url (with: { url: ... })",
            bolt: "def initialize(url:) = super()",
            topology: "bolt(Broken, id: :b) { source Numbers, :shuffle } # here"
    refuses "too many arguments in `with:`", "Broken.new: takes 1 positional argument, `with:` gives 2",
            bolt: "def initialize(url) = super()",
            topology: "bolt(Broken, id: :b, with: [1, 2]) { source Numbers, :shuffle } # here"
  end

  describe "of the topology" do
    line = ->(text) { "bolt(Broken, id: :b) { source Numbers, :shuffle }\n#{text} # here" }
    refuses "a statement that there is not",
            "unknown topology statement `spuot` (did you mean `spout`?); " \
            "allowed: spout, bolt, shell, configure, name, on_submit, serializes",
            topology: line["spuot Numbers"]
    refuses "a key under topology. that there is not", "unknown configuration key `topology.foo`",
            topology: line["configure { set \"topology.foo\", 1 }"]
    refuses "a value of a wrong type", "`topology.max.spout.pending` takes a whole number from 1, not \"many\"",
            topology: line["configure { max_spout_pending \"many\" }"]
    refuses "a value that cannot be written down",
            "`input` cannot be 1..2 (Range): it must be what JSON can hold",
            topology: line["configure { set \"input\", 1..2 }"]
    refuses "a word without a value", "`workers` takes one value, not none", topology: line["configure { workers }"]
    refuses "an exception in configure", "`configure` raised RuntimeError: no file",
            topology: line["configure { raise \"no file\" }"]
  end

  describe "that uses what comes later" do
    line = ->(text) { "bolt(Broken, id: :b) { source Numbers, :shuffle }\n#{text} # here" }
    refuses "more than one worker",
            "`topology.workers` 2: more than one worker process is not available yet; only 1 is possible",
            topology: line["configure { workers 2 }"]
    refuses "windows", "`window` is not available yet: it comes with windows in a later release",
            bolt: "window seconds: 60, slide: 10 # here"
    refuses "state", "`state` is not available yet: it comes with durable state in a later release",
            bolt: "state # here"
    refuses "a program that neither reads nor emits",
            "`split` has neither a `source` nor `output_fields`: a program with a source is a bolt, one that only " \
            "emits is a spout",
            topology: line["shell \"python3\", \"split.py\", id: :split"]
    refuses "a class that is not serialized by anything",
            "`serializes Range`: there is no method Range#dump: define it, or give `dump:` a lambda or a method name",
            topology: line["serializes Range"]
  end

  it "is refused: a configuration word that there is not, naming the nearest and those that have an effect" do
    result = local(TopologyFile::SOUND.sub(/^end/, "  configure { num_worker 1 }\nend"))

    expect(result.exitstatus).to eq(1)
    expect(result.stderr).to start_with("topology.rb:5: unknown configuration word `num_worker` " \
                                        "(did you mean `num_workers`?); allowed: set, acker_executors,")
    expect(result.stderr.lines.first).to include(" max_spout_pending,").and end_with(" workers\n")
  end

  it "is refused: a topology without a spout" do
    result = local("require \"redgale\"\nclass Dry < Redgale::Topology\nend\n")

    expect(result.exitstatus).to eq(1)
    expect(result.stderr.lines.first).to eq("topology.rb:2: topology `dry` has no spout\n")
  end

  it "is told with the file's path if it lies elsewhere" do
    in_folder("topology.rb" => "require 'redgale'\nclass Dry < Redgale::Topology\nend\n") do |folder|
      result = SpecProcess.redgale("local", File.join(folder, "topology.rb"))

      expect(result.stderr).to start_with("#{folder}/topology.rb:2: topology `dry` has no spout\n")
    end
  end
end
