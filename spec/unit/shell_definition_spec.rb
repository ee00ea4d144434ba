# frozen_string_literal: true

require "tmpdir"
require "unit/support/problems"

RSpec.describe Redgale::ShellDefinition do
  include Problems

  def shell(*command, at: "spec.rb:1", **options, &block)
    block ||= proc { source :other, :shuffle }
    described_class.new(command, options, block, at)
  end

  def words(definition) = definition.problems.map { |problem| problem["message"] }

  def implementation(definition) = definition.to_model([], {}).fetch("implementation").fetch("shell")

  # A topology file in a folder with these files; gives the place of a statement in it.
  def beside(*files)
    Dir.mktmpdir do |folder|
      ["topology.rb", *files].each do |file|
        path = File.join(folder, file)
        FileUtils.mkdir_p(File.dirname(path))
        File.write(path, "")
      end
      yield "#{folder}/topology.rb:3", folder
    end
  end

  it "is a bolt with a source, and a spout without" do
    expect(shell("python3", "split.py").kind).to eq(:bolt)
    expect(shell("python3", "split.py") { output_fields :word }.kind).to eq(:spout)
    expect(words(shell("python3", "split.py") { set "a", 1 }))
      .to eq(["`split` has neither a `source` nor `output_fields`: a program with a source is a bolt, " \
              "one that only emits is a spout"])
  end

  it "is named after its script, else its program" do
    expect(shell("python3", "-u", "lib/split-words.py").id).to eq("split_words")
    expect(shell("./Count").id).to eq("count")
    expect(shell("python3", "split.py", id: :other).id).to eq("other")
  end

  it "runs beside the topology file, or in resources/ if the script is there" do
    beside("split.py") do |at, folder|
      expect(implementation(shell("python3", "split.py", at: at))).to include("directory" => folder)
      expect(implementation(shell("python3", "split.py", at: at, directory: "..")))
        .to include("directory" => File.dirname(folder))
    end
    beside("resources/split.py") do |at, folder|
      expect(implementation(shell("python3", "split.py", at: at)))
        .to include("directory" => "#{folder}/resources", "command" => "python3", "arguments" => ["split.py"])
    end
  end

  it "passes words on as Strings, and its environment" do
    made = implementation(shell(:node, "a b", 5, environment: { KEY: 1, "B" => "c" }))

    expect(made).to include("command" => "node", "arguments" => ["a b", "5"],
                            "environment" => { "KEY" => "1", "B" => "c" })
  end

  it "has parallelism, tasks, fields, streams, configuration and ticks as others have" do
    made = shell("python3", "a.py", parallelism: 2, tasks: 4) do
      source :other, :shuffle
      output_fields :word
      stream :errors, :reason
      tick every: 5
      set "own", 1
      subprocess_timeout_secs 3
    end
    model = made.to_model([], { "topology.tick.tuple.freq.secs" => 9 })

    expect(made.problems).to eq([])
    expect(model).to include("executors" => 2, "tasks" => 4, "kind" => "bolt")
    expect(model["streams"].map { |stream| stream["name"] }).to eq(%w[default errors])
    expect(model["config"]).to eq("topology.tick.tuple.freq.secs" => 5.0, "own" => 1,
                                  "topology.subprocess.timeout.secs" => 3)
  end

  it "gets no tick of the topology unless it wants one" do
    expect(shell("python3", "a.py").to_model([], {})["config"]).to eq("topology.tick.tuple.freq.secs" => nil)
  end

  it "says what is wrong with the command and the options" do
    expect(words(shell)).to eq(['`shell` needs a program: shell "python3", "split.py"'])
    expect(words(shell("python3", nil))).to eq(["`shell` takes the words of a command, not nil"])
    expect(words(shell("python3", ["a"]))).to eq(['`shell` takes the words of a command, not ["a"]'])
    expect(words(shell("a", id: :a, with: 1)))
      .to eq(["unknown option of shell `with`; allowed: id, parallelism, tasks, directory, environment"])
    expect(words(shell("a", parallelism: 0))).to eq(["`parallelism:` of shell `a` takes a whole number from 1, not 0"])
    expect(words(shell("a", "b\0"))).to eq(['`shell`: the word "b\u0000" of the command is no text without NUL'])
    expect(words(shell("\xff"))).to eq(['`shell`: the word "\xFF" of the command is no text without NUL'])
    expect(words(shell("a", environment: 1))).to eq(["`environment:` of shell `a` takes a Hash, not 1"])
    expect(words(shell("a", environment: { A: nil }))).to eq(["`environment:` of shell `a`: :A cannot be nil"])
    expect(words(shell("a", directory: "/no/such"))).to eq(["`directory:` of shell `a`: there is no folder /no/such"])
  end

  it "says what is wrong in the block" do
    { proc { tick 5 } => "wrong number of arguments",
      proc { tick every: 0 } => "`tick` takes `every:`, seconds above 0",
      proc { on_receive { 1 } } => "`on_receive` is for components in Ruby: `a` is a program",
      proc { tasks 3 } => nil, proc { parallelism 3 } =>
        "`parallelism` is an option of `shell`, not a word of its block: shell(..., parallelism: 3)",
      proc { sorce :x, :shuffle } => "unknown word in the block of `a` `sorce` (did you mean `source`?); " \
                                     "allowed: source, output_fields, stream, set, tick" }.each do |block, message|
      found = words(shell("a", id: :a, &block)).grep_v(/has neither/)
      expect(found).to message ? include(a_string_including(message)) : eq([])
    end
  end

  it "is missing when there is no such program" do
    expect(shell("ruby").missing_program).to be_nil
    expect(shell("no-such-program", id: :x).missing_program)
      .to eq("message" => "`no-such-program` of `x` cannot be started: it is not in PATH", "at" => "spec.rb:1")
    beside("run.sh") do |at, folder|
      expect(shell("./run.sh", at: at).missing_program["message"])
        .to eq("`./run.sh` of `run` cannot be started: the file is not executable: `chmod +x` it, or name its " \
               "interpreter first")
      expect(shell("./no.sh", at: at).missing_program["message"])
        .to eq("`./no.sh` of `no` cannot be started: there is no such program in #{folder}")
      File.chmod(0o755, File.join(folder, "run.sh"))
      expect(shell("./run.sh", at: at).missing_program).to be_nil
      expect(shell("run.sh", at: at, environment: { PATH: folder }).missing_program).to be_nil
    end
  end
end
