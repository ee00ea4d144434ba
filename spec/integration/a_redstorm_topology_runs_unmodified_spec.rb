# frozen_string_literal: true

require "fileutils"
require "json"
require "support/red_storm_file"

RSpec.describe "A RedStorm topology runs unmodified" do
  include RedStormFile

  # Files as RedStorm's users wrote them: Ruby 1.8 syntax, components in files of their own below the project's root.
  let(:files) do
    {
      "examples/random_sentence_spout.rb" => <<~RUBY,
        require 'red_storm'

        module RedStorm
          module Examples
            class RandomSentenceSpout < DSL::Spout
              on_send(:reliable => true) { @ids.empty? ? nil : [@ids.first, @sentences[@ids.shift]] }
              on_init do
                @sentences = ["the cow jumped over the moon", "an apple a day", "the moon"]
                @ids = [0, 1, 2]
              end
              on_ack { |msg_id| log.info("acked \#{msg_id}") }
              output_fields :sentence
            end
          end
        end
      RUBY
      "examples/split_sentence_bolt.rb" => <<~RUBY,
        module RedStorm
          module Examples
            class SplitSentenceBolt < DSL::Bolt
              output_fields :word
              on_receive(:ack => true, :anchor => true) {|tuple| tuple[0].split(' ').map {|w| [w]}}
            end
          end
        end
      RUBY
      "lib/word_count_bolt.rb" => <<~RUBY,
        module RedStorm
          module Examples
            class WordCountBolt < SimpleBolt
              output_fields :word, :count
              on_init { @counts = Hash.new(0) }
              on_receive(:ack => true, :anchor => true) do |tuple|
                word = tuple.getString(0)
                @counts[word] += 1
                [word, @counts[word]]
              end
              on_close { puts @counts.sort.map { |word, count| "\#{word} \#{count}" } }
            end
          end
        end
      RUBY
      "examples/word_count_topology.rb" => <<~RUBY
        require 'red_storm'
        require 'examples/random_sentence_spout'
        require 'examples/split_sentence_bolt'
        require 'word_count_bolt'

        module RedStorm
          module Examples
            class WordCountTopology < DSL::Topology
              spout RandomSentenceSpout

              bolt SplitSentenceBolt, :parallelism => 2 do
                source RandomSentenceSpout, :shuffle
              end

              bolt WordCountBolt, :parallelism => 1 do
                debug true
                source SplitSentenceBolt, :fields => ["word"]
              end

              configure :word_count do |env|
                debug false
                max_task_parallelism 4
                if env == :cluster
                  num_workers 4
                  max_spout_pending(1000)
                end
              end

              on_submit do |env|
                if env == :local
                  sleep(1)
                  cluster.shutdown
                end
              end
            end
          end
        end
      RUBY
    }
  end

  def project
    Dir.mktmpdir do |folder|
      files.each do |path, text|
        FileUtils.mkdir_p(File.dirname(File.join(folder, path)))
        File.write(File.join(folder, path), text)
      end
      yield folder
    end
  end

  it "word count, with components below cwd and cwd/lib; it ends with 0 when on_submit shuts the cluster down" do
    result = project do |folder|
      SpecProcess.redgale("local", "examples/word_count_topology.rb", chdir: folder, timeout: 30)
    end

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to eq(<<~TEXT)
      RedStorm v0.7.0.beta1 starting topology RedStorm::Examples::WordCountTopology/word_count in local environment
      a 1
      an 1
      apple 1
      cow 1
      day 1
      jumped 1
      moon 2
      over 1
      the 3
    TEXT
    expect(result.stderr.scan(/acked (\d)/).flatten.sort).to eq(%w[0 1 2])
    expect(result.stderr).to include("word_count drained", "RedStorm::Examples::RandomSentenceSpout: acked")
  end

  it "a component with `debug true` logs its tuples as Storm does" do
    result = project do |folder|
      SpecProcess.redgale("local", "examples/word_count_topology.rb", chdir: folder, timeout: 30)
    end

    lines = result.stderr.scan(/Emitting: .*/)
    expect(lines.size).to eq(12), result.to_s
    expect(lines).to include("Emitting: word_count_bolt default [the, 1]", "Emitting: word_count_bolt default [the, 3]")
    expect(lines.grep_v(/word_count_bolt/)).to be_empty
  end

  it "its component files may require it, and its file may have the name of a library" do
    spout = /class Numbers.*?^end\n/m
    text = endless("on_submit { sleep 0.3; cluster.shutdown }")
    files = { "thread.rb" => text.sub(spout, "require 'numbers'\n"),
              "numbers.rb" => "require 'red_storm'\nrequire File.expand_path('thread')\n#{text[spout]}" }
    result = in_folder(files) { |folder| SpecProcess.redgale("local", "thread.rb", chdir: folder, timeout: 30) }

    expect(result.exitstatus).to eq(0), result.to_s
    expect(printed(result)).to eq("1\n2\n3\nclosed\n")
  end

  it "is drawn by `redgale graph`, which runs nothing" do
    result = project do |folder|
      SpecProcess.redgale("graph", "examples/word_count_topology.rb", chdir: folder, timeout: 30)
    end

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to start_with("topology word_count\n")
    expect(result.stdout).to include("bolt split_sentence_bolt  (2 executors, 2 tasks)")
    expect(result.stderr).to be_empty
  end

  it "takes --set and --env, and reports as JSON" do
    text = <<~RUBY
      require "red_storm"
      class S < RedStorm::SimpleSpout
        output_fields :a
        on_send { nil }
      end
      class T < RedStorm::SimpleTopology
        spout S, :parallelism => 3
        configure { |env| set "seen", env.to_s }
        on_submit do |env|
          puts env.inspect
          cluster.shutdown
        end
      end
    RUBY
    result = local(text, "--json", "--env", "staging", "--set", "max_task_parallelism=2", timeout: 30)
    report = JSON.parse(result.stdout.lines.last)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(report.values_at("event", "topology", "exit_code")).to eq(["report", "t", 0])
    expect(result.stderr).to include(":staging\n")
  end
end
