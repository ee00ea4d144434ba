# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "large tuples for a program that is slow" do
  include TopologyFile

  it "wait in the bounded queue and in front of the spout, not in memory without bound" do
    result = local(<<~'RUBY', "--timeout", "3")
      File.write("slow.py", <<~PYTHON)
        import json, os, sys, time
        def read():
            lines = []
            for line in iter(sys.stdin.readline, ""):
                if line == "end\n": return json.loads("".join(lines))
                lines.append(line)
            sys.exit()
        def send(message):
            sys.stdout.write(json.dumps(message) + "\nend\n")
            sys.stdout.flush()
        start = read()
        open(os.path.join(start["pidDir"], str(os.getpid())), "w").close()
        send({"pid": os.getpid()})
        while True:
            got = read()
            if got["stream"] == "__heartbeat": send({"command": "sync"})
            else:
                time.sleep(0.1)
                send({"command": "ack", "id": got["id"]})
      PYTHON

      class Large < Redgale::Spout
        output_fields :text
        on_send { "x" * 4_000_000 }
      end

      class LargeTopology < Redgale::Topology
        spout Large
        shell("python3", "slow.py") { source Large, :shuffle }
        configure { shutdown_timeout 3 }
        on_submit { at_exit { puts File.read("/proc/self/status")[/VmHWM:\s*(\d+)/, 1] } }
      end
    RUBY
    # some 64 MiB in the queue, as much taken from it, and Ruby's own values
    expect(result.stdout.to_i).to be_between(1, 600_000), result.to_s
  end
end
