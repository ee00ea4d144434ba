# frozen_string_literal: true

require "fileutils"
require "support/red_storm_file"

RSpec.describe "A JRubyShellBolt" do
  include RedStormFile

  let(:script) do
    <<~PYTHON
      import json, os, sys

      def read():
          lines = []
          for line in sys.stdin:
              if line == "end\\n":
                  return json.loads("".join(lines))
              lines.append(line)
          sys.exit(0)

      def send(message):
          sys.stdout.write(json.dumps(message) + "\\nend\\n")
          sys.stdout.flush()

      setup = read()
      open(os.path.join(setup["pidDir"], str(os.getpid())), "w").close()
      send({"pid": os.getpid()})
      while True:
          message = read()
          if not isinstance(message, dict):
              continue
          if message.get("stream") == "__heartbeat":
              send({"command": "sync"})
              continue
          for word in message["tuple"][0].split():
              send({"command": "emit", "tuple": [word], "anchors": [message["id"]], "need_task_ids": False})
          send({"command": "ack", "id": message["id"]})
    PYTHON
  end

  let(:topology) do
    <<~RUBY
      java_import 'redstorm.storm.jruby.JRubyShellBolt'
      require 'red_storm'
      STDOUT.sync = true

      class SentenceSpout < RedStorm::DSL::Spout
        output_fields :sentence
        on_init { @left = ["the quick", "red fox"] }
        on_send(:reliable => true) { [@left.size, @left.shift] unless @left.empty? }
        on_ack { |id| puts "acked \#{id}" }
      end

      class ShowBolt < RedStorm::DSL::Bolt
        on_receive(:ack => true) { |tuple| puts tuple.getString(0); ack(tuple); nil }
      end

      class ShellTopology < RedStorm::DSL::Topology
        spout SentenceSpout

        bolt JRubyShellBolt, ["python3", "splitsentence.py"] do
          source SentenceSpout, :shuffle
          output_fields "word"
        end

        bolt(ShowBolt) { source JRubyShellBolt, :global }

        on_submit { |env| sleep 2; cluster.shutdown }
      end
    RUBY
  end

  # Runs the topology with the script in this folder.
  def run(resources)
    in_folder({}) do |folder|
      FileUtils.mkdir_p([File.join(folder, "topologies"), File.join(folder, resources)])
      File.write(File.join(folder, "topologies/shell.rb"), topology)
      File.write(File.join(folder, resources, "splitsentence.py"), script)
      SpecProcess.redgale("local", "topologies/shell.rb", chdir: folder, timeout: 30)
    end
  end

  ["topologies/resources", "resources"].each do |resources|
    it "runs its command, whose script lies in #{resources}" do
      result = run(resources)

      expect(result.exitstatus).to eq(0), result.to_s
      expect(printed(result).lines.map(&:chomp).sort).to eq(["acked 1", "acked 2", "fox", "quick", "red", "the"])
      expect(result.stderr).to include("j_ruby_shell_bolt")
    end
  end

  it "with a program that is not there is refused with its line" do
    result = local(topology.sub("python3", "python33"), timeout: 30)

    expect(result.exitstatus).to eq(1), result.to_s
    expect(result.stderr).to include("topology.rb:19: `python33` of `j_ruby_shell_bolt` cannot be started: it is not " \
                                     "in PATH")
  end
end
