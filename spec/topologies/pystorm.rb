# frozen_string_literal: true

require_relative "accounted"

# Topologies with programs that use pystorm, as it comes from PyPI.
module Pystorm
  # Where bin/setup puts it.
  PYTHON = { PYTHONPATH: File.expand_path("../../target/python", __dir__) }.freeze

  # Sentences with an id.
  class Sentences < Redgale::Spout
    include Accounted::Books

    output_fields :text

    on_init { @last = 0 }
    on_send(reliable: true) do
      @last < config["count"] ? [note_id(@last += 1), "the wind and the rain #{@last}"] : finish
    end
    on_ack { |id| note(:acked, id) }
    on_fail { |id| note(:given_up, id) }

    def note_id(id)
      note(:emitted, id)
      note(:processed, id)
      id
    end
  end

  # Counts words.
  class Count < Redgale::Bolt
    on_init { @counts = Hash.new(0) }
    on_receive do |tuple|
      word, count = tuple.values
      @counts[word] += count || 1
      nil
    end
    on_close { puts @counts.select { |word, _| word.match?(/[a-z]/) }.sort.inspect }
  end

  %w[split ids].each do |bolt|
    const_set(bolt.capitalize, Class.new(Redgale::Topology) do
      spout Sentences
      shell("python3", "programs/pystorm_split.py", bolt, id: :split, environment: PYTHON, parallelism: 2) do
        source Sentences, :shuffle
        output_fields :word
      end
      bolt(Count, parallelism: 2) { source :split, fields: [:word] }
      configure { set "count", 500 }
    end)
  end

  # Collects batches between ticks: its tuples are acked late.
  class Batches < Redgale::Topology
    spout Sentences
    shell("python3", "programs/pystorm_split.py", "split", id: :split, environment: PYTHON) do
      source Sentences, :shuffle
      output_fields :word
    end
    shell("python3", "programs/pystorm_split.py", "count", id: :counts, environment: PYTHON) do
      source :split, fields: [:word]
      output_fields :word, :count
      tick every: 0.2
    end
    bolt(Count) { source :counts, :global }
    configure { set "count", 500 }
  end

  # Raises for one sentence: pystorm reports it, fails the tuple and exits.
  class Raises < Redgale::Topology
    class OneBad < Redgale::Spout
      output_fields :text
      max_retries 1
      on_init { @texts = [*["a b"] * 20, "bad", *["a b"] * 20].each }
      on_send { @texts.next }
      on_give_up { |values, _| puts "given up #{values.first}" if values.first == "bad" }
    end

    spout OneBad
    shell("python3", "programs/pystorm_split.py", "split", id: :split, environment: PYTHON) do
      source OneBad, :shuffle
      output_fields :word
    end
    bolt(Count) { source :split, :shuffle }
    configure { max_spout_pending 1 }
  end

  # A spout of pystorm, a bolt in Ruby that fails one of four once.
  class Spout < Redgale::Topology
    class Flaky < Accounted::Sink
      on_receive do |tuple|
        id = tuple[:text].delete_prefix("number ").to_i
        raise "not yet" if (id % 4).zero? && !(@seen ||= {})[id] && (@seen[id] = true)

        note(:processed, id)
      end
    end

    shell("python3", "programs/pystorm_spout.py", id: :numbers, environment: PYTHON) { output_fields :text }
    bolt(Flaky) { source :numbers, :shuffle }
    configure { set "count", 100 }
  end
end
