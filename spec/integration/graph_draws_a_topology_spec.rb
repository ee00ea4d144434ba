# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "redgale graph" do
  include TopologyFile

  text = <<~RUBY
    require_relative "parts"
    class Split < Redgale::Bolt
      output_fields :word
      stream :errors, :reason, :line
      stream :straight, :x, direct: true
      on_init { raise "graph must run nothing" }
      on_receive { nil }
    end
    class WordCount < Redgale::Topology
      spout Numbers, parallelism: 2
      bolt(Split, tasks: 4) { source Numbers, :shuffle }
      bolt(Show, id: :count) { source Split, fields: [:word] }
      bolt(Show, id: :failures) { source Split, :global, stream: :errors }
      bolt(Show, id: :reader) { source Split, :direct, stream: :straight; source :numbers, partial_key: :n }
      configure { |env| name_is_used = env }
    end
  RUBY

  it "draws text for a terminal" do
    result = graph(text)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stderr).to be_empty
    expect(result.stdout).to eq(<<~TEXT)
      topology word_count

      spout numbers  (2 executors, 2 tasks)
        emits default(n)

      bolt split  (1 executor, 4 tasks)
        emits default(word)
        emits errors(reason, line)
        emits straight(x), direct
        reads numbers by shuffle

      bolt count  (1 executor, 1 task)
        reads split by fields word

      bolt failures  (1 executor, 1 task)
        reads split by global, stream errors

      bolt reader  (1 executor, 1 task)
        reads split by direct, stream straight
        reads numbers by partial_key n
    TEXT
  end

  it "draws Mermaid for a page" do
    result = graph(text, "--format", "mermaid")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to eq(<<~TEXT)
      flowchart LR
        n0(["numbers<br/>2 executors, 2 tasks"])
        n1["split<br/>1 executor, 4 tasks"]
        n2["count<br/>1 executor, 1 task"]
        n3["failures<br/>1 executor, 1 task"]
        n4["reader<br/>1 executor, 1 task"]
        n0 -- "shuffle" --> n1
        n1 -- "fields word" --> n2
        n1 -- "errors: global" --> n3
        n1 -- "straight: direct" --> n4
        n0 -- "partial_key n" --> n4
    TEXT
  end

  it "takes --set, --env and --topology as local does" do
    result = graph(text.sub("name_is_used = env", 'topology_name "of_#{env}"'), "--env", "cluster") # rubocop:disable Lint/InterpolationCheck

    expect(result.stdout.lines.first).to eq("topology of_cluster\n")
    expect(graph(text, "--set", "topology_name=mine").stdout.lines.first).to eq("topology mine\n")
    expect(graph(text, "--topology", "WordCount").exitstatus).to eq(0)
  end

  it "exits with 1 and all problems if the topology is wrong, drawing nothing" do
    result = graph(text.sub("fields: [:word]", "fields: [:wrod]").sub(":global", ":globl"), "--format", "mermaid")

    expect(result.exitstatus).to eq(1), result.to_s
    expect(result.stdout).to be_empty
    expect(result.stderr.lines.size).to eq(3)
    expect(result.stderr).to include("topology.rb:12: source of `count`: field `wrod` is not declared",
                                     "topology.rb:13: source of `failures`: unknown grouping :globl")
  end
end
