# frozen_string_literal: true

require_relative "accounted"

# Topologies with components that are programs in Python, good and bad.
module Shell
  # Where the little library is that they use.
  PYTHON = { PYTHONPATH: File.expand_path("../../crates/multilang/tests/programs", __dir__) }.freeze

  # Numbers, a program that passes them on, a sink; beside it a bolt in Ruby that nothing may happen to.
  def self.with_step(name, *arguments, parallelism: 1, &block)
    const_set(name, Class.new(Redgale::Topology) do
      spout Accounted::Numbers
      shell("python3", "programs/step.py", *arguments, environment: PYTHON, parallelism: parallelism) do
        source Accounted::Numbers, :shuffle
        output_fields :id
        instance_exec(&block) if block
      end
      bolt(Accounted::Sink) { source :step, :shuffle }
      bolt(Accounted::Step, id: :other) { source Accounted::Numbers, :shuffle }
      configure do
        set "count", 20
        retry_backoff_min 0.02
        shutdown_timeout 5
        subprocess_timeout_secs 1
      end
    end)
  end

  with_step :Exits, "exits"
  with_step :Hangs, "hangs"
  with_step :Garbage, "garbage"
  with_step :Killed, "killed"
  with_step :UnknownId, "unknown_id"
  with_step :UnknownCommand, "unknown_command"
  with_step :Floods, "floods"
  with_step :LongLines, "long_lines"
  with_step :Talks, "talks"
  with_step :Refuses, "refuses"
  with_step :Fine, "fine", parallelism: 2
  with_step(:Ticks, "fine") { tick every: 0.05 }

  # Numbers that do not end: the topology runs until it is told to end.
  class Endless < Accounted::Numbers
    on_send { @last < config["count"] ? emitted(@last += 1) : nil }
  end

  # Its program never answers heartbeats.
  class Deaf < Redgale::Topology
    spout Endless
    shell("python3", "programs/step.py", "fine", "deaf", environment: PYTHON) do
      source Endless, :shuffle
      output_fields :id
    end
    bolt(Accounted::Sink) { source :step, :shuffle }
    configure do
      set "count", 20
      subprocess_timeout_secs 0.5
    end
  end

  # A program as spout.
  class Spout < Redgale::Topology
    # Fails one of four once.
    class Flaky < Accounted::Sink
      on_receive do |tuple|
        @seen ||= {}
        again = (tuple[:id] % 4).positive? || @seen[tuple[:id]]
        @seen[tuple[:id]] = true
        again ? note(:processed, tuple[:id]) : raise("not yet")
      end
    end

    shell("python3", "programs/number_spout.py", 20, id: :numbers, environment: PYTHON) { output_fields :id }
    bolt(Flaky) { source :numbers, :shuffle }
  end

  # A program as spout whose tuples nobody acks.
  class Pending < Redgale::Topology
    class Holds < Accounted::Sink
      on_receive(ack: false) { |tuple| note(:processed, tuple[:id]) }
    end

    shell("python3", "programs/number_spout.py", 20, id: :numbers, environment: PYTHON) { output_fields :id }
    bolt(Holds) { source :numbers, :shuffle }
    configure { shutdown_timeout 2 }
  end

  # What Ruby has and JSON has not.
  class Values < Redgale::Topology
    class Odd < Redgale::Spout
      output_fields :id, :value
      max_retries 0
      on_init { @values = [:symbol, 2**70, Time.at(0).utc, "\xFF".b, { a: [nil, 1.5] }, "é".encode("ISO-8859-1")] }
      on_send { (value = @values.shift) ? [@values.size, value] : finish }
    end

    class Show < Redgale::Bolt
      on_receive { |tuple| puts tuple.values.inspect }
    end

    spout Odd
    shell("python3", "programs/echo.py", environment: PYTHON) do
      source Odd, :shuffle
      output_fields :id, :value
    end
    bolt(Show) { source :echo, :shuffle }
  end

  # There is no such program.
  class Missing < Redgale::Topology
    spout Accounted::Numbers
    shell("no-such-interpreter", "split.py") { source Accounted::Numbers, :shuffle }
    on_submit { puts "submitted" }
  end
end
