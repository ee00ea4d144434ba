# frozen_string_literal: true

require_relative "accounted"

# Topologies that would grow, block or spin without a bound.
module Bounds
  # Resident set of this process, in MB.
  def self.rss = File.read("/proc/self/statm").split[1].to_i * 4096 / 1_000_000

  # Emits ids with 1 kB each as fast as it can, for ever.
  class Fast < Redgale::Spout
    include Accounted::Books

    output_fields :id, :text
    on_init { @last = 0 }
    on_ack { |values| note(:acked, values.first) }

    def emitted
      note(:emitted, @last += 1) if config["books"]
      [@last, "x" * 1000]
    end
  end

  class TrackedFast < Fast
    on_send { emitted }
  end

  class UntrackedFast < Fast
    on_send(reliable: false) { emitted }
  end

  class HandFast < Fast
    on_send(reliable: false) do
      100.times { emit(emitted) }
      nil
    end
  end

  # Emits by hand from a thread of its own, which waits while the topology drains and is then refused. What was refused
  # was never emitted.
  class ThreadFast < Fast
    on_send { nil }
    on_activate { @thread = Thread.new { produce } }

    def produce
      loop do
        id = @last += 1
        emit([id, "x" * 1000])
        note(:emitted, id)
      end
    rescue Redgale::ClosedError
      note(:refused, @last)
    end
  end

  class Slow < Redgale::Bolt
    include Accounted::Books

    on_receive do |tuple|
      sleep 0.001
      note(:processed, tuple[:id])
      ((@count = @count.to_i + 1) % 100).zero? && note(:rss, Bounds.rss)
      nil
    end
  end

  { Tracked: TrackedFast, Untracked: UntrackedFast, ByHand: HandFast, ByThread: ThreadFast }.each do |name, spout|
    const_set(name, Class.new(Redgale::Topology) do
      spout spout
      bolt(Slow) { source spout, :shuffle }
      configure do
        set "books", true
        max_spout_pending 200
        executor_receive_buffer_size 1000
        shutdown_timeout 10
      end
    end)
  end

  # One input, very many outputs, to a slow bolt.
  class Many < Redgale::Bolt
    include Accounted::Books

    output_fields :id, :text
    on_receive { |tuple| Array.new(5000) { |number| [(tuple[:id] * 10_000) + number, "x" * 1000] } }
  end

  class Few < Accounted::Numbers
    on_send { @last < 4 ? emitted(@last += 1) : finish }
  end

  class CountingSlow < Redgale::Bolt
    include Accounted::Books

    on_receive do |tuple|
      sleep 0.0001
      note(:processed, tuple[:id] / 10_000) if (tuple[:id] % 10_000) == 4999
      ((@count = @count.to_i + 1) % 500).zero? && note(:rss, Bounds.rss)
      nil
    end
  end

  class FanOut < Redgale::Topology
    spout Few
    bolt(Many) { source Few, :shuffle }
    bolt(CountingSlow) { source Many, :shuffle }
    configure { executor_receive_buffer_size 500 }
  end

  # Two bolts that feed each other: an id goes round five times.
  class Round < Redgale::Bolt
    include Accounted::Books

    output_fields :id, :rounds
    on_values { |id, rounds = 0| [[id, rounds], [id, rounds]] if rounds < 5 }
  end

  class Back < Redgale::Bolt
    include Accounted::Books

    output_fields :id, :rounds
    on_values do |id, rounds|
      note(:processed, id) if rounds == 4
      rounds < 4 ? [id, rounds + 1] : nil
    end
  end

  class Cycle < Redgale::Topology
    spout Accounted::Numbers
    bolt(Round) do
      source Accounted::Numbers, :shuffle
      source :back, :shuffle
    end
    bolt(Back) { source Round, :shuffle }
    configure do
      set "count", 200
      executor_receive_buffer_size 4
      retry_backoff_min 0.01
      max_spout_pending 50
    end
  end

  # Always raises in on_send.
  class AlwaysRaises < Redgale::Spout
    output_fields :id
    on_send { raise IOError, "no source" }
  end

  class Raises < Redgale::Topology
    spout AlwaysRaises
    bolt(Accounted::Sink) { source AlwaysRaises, :shuffle }
  end

  # Has never more than so many open.
  class Gated < Accounted::Numbers
    on_init do
      @last = 0
      @open = 0
    end
    on_send do
      next finish if @last == config["count"]

      note(:open, @open += 1)
      emitted(@last += 1)
    end
    on_ack do |values|
      @open -= 1
      note(:acked, values.first)
    end
  end

  class LateSink < Accounted::Sink
    on_receive do |tuple|
      sleep 0.001
      note(:processed, tuple[0])
    end
  end

  class MaxPending < Redgale::Topology
    spout Gated
    bolt(LateSink) { source Gated, :shuffle }
    configure do
      set "count", 200
      max_spout_pending 7
    end
  end

  # A cycle whose bolt never gets rid of what it makes: nearly all of it is refused.
  class Endless < Fast
    max_retries 0
    on_send { [@last += 1, "x"] }
  end

  class Flood < Redgale::Bolt
    include Accounted::Books

    output_fields :id, :text
    on_receive do |tuple|
      ((@count = @count.to_i + 1) % 500).zero? && note(:rss, Bounds.rss)
      Array.new(50) { [tuple[:id], "x" * 100] } if tuple.component == "endless"
    end
  end

  class FullFeedback < Redgale::Topology
    spout Endless
    bolt(Flood) do
      source Endless, :shuffle
      source :flood, :shuffle
    end
    configure { executor_receive_buffer_size 100 }
  end

  # Emits by hand, few at a time, until the bolt has slept.
  class Trickle < Redgale::Spout
    include Accounted::Books

    output_fields :id
    on_send(reliable: false) { trickle }

    def trickle
      until Bounds.awake
        emit([Bounds.emitted += 1])
        sleep 0.0001
      end
      finish
    end
  end

  class << self
    attr_accessor :awake, :emitted
  end
  self.emitted = 0

  class Asleep < Redgale::Bolt
    include Accounted::Books

    on_receive do |_tuple|
      unless Bounds.awake
        sleep 1.5
        note(:ahead, Bounds.emitted)
        Bounds.awake = true
      end
      nil
    end
  end

  class Trickling < Redgale::Topology
    spout Trickle
    bolt(Asleep) { source Trickle, :shuffle }
    configure { executor_receive_buffer_size 10 }
  end

  # Emits more in on_init than may be pending.
  class InInit < Accounted::Numbers
    on_init { 1500.times { |i| emit(emitted(i + 1)) } }
    on_send { finish }
  end

  class EmitsInInit < Redgale::Topology
    spout InInit
    bolt(Accounted::Sink) { source InInit, :shuffle }
  end

  # Kills its thread with every tuple; each time another instance takes over.
  class Suicidal < Redgale::Bolt
    include Accounted::Books

    on_init do
      GC.start
      note(:alive, ObjectSpace.each_object(self.class).count)
    end
    on_receive { |_tuple| Thread.current.kill }
  end

  class OneTry < Accounted::Numbers
    max_retries 0
  end

  class KilledOften < Redgale::Topology
    spout OneTry
    bolt(Suicidal) { source OneTry, :shuffle }
    configure { set "count", 40 }
  end
end
