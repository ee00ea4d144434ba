# frozen_string_literal: true

require_relative "accounted"

# Acks and fails by hand.
module Acking
  extend Accounted::Topologies

  # Forgets one id of four the first time; emits by hand.
  class ForgetfulBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    on_receive(ack: false) do |tuple|
      id = tuple[:id]
      note(:tried, [id, Process.clock_gettime(Process::CLOCK_MONOTONIC)])
      next if (id % 4).zero? && !(@forgotten ||= {})[id] && (@forgotten[id] = true)

      emit([id])
      ack(tuple)
      nil
    end
  end
  topology(:Forgets, ForgetfulBolt) { message_timeout_secs 0.5 }

  # Keeps every tuple and acks it from a thread of its own, later.
  class AsyncBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    on_init do
      @work = Queue.new
      @thread = Thread.new { work }
    end
    on_receive(ack: false) do |tuple|
      @work << tuple
      nil
    end
    on_close { @thread.join if @work.close }

    def work
      while (tuple = @work.pop)
        (id = tuple[:id]).even? || !(@failed ||= {})[id].nil? ? finish(tuple) : refuse(tuple)
      end
    end

    def finish(tuple)
      emit([tuple[:id]], anchor: tuple)
      ack(tuple)
    end

    def refuse(tuple)
      @failed[tuple[:id]] = true
      self.fail(tuple)
    end
  end
  topology(:Async, AsyncBolt, parallelism: 2)

  # Many threads emit and ack at once.
  class ManyThreadsBolt < AsyncBolt
    on_init do
      @work = SizedQueue.new(10)
      @thread = Thread.new { Array.new(8) { Thread.new { work } }.each(&:join) }
    end

    def work
      while (tuple = @work.pop)
        finish(tuple)
      end
    end
  end
  topology(:ManyThreads, ManyThreadsBolt)

  # Tries what is not allowed, once, and notes what it gets.
  class RulesBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    on_receive do |tuple|
      try_all(tuple) unless @tried
      @tried = true
      @kept ||= tuple
      [tuple[:id]]
    end
    on_tick do
      attempt("emit in on_tick, no anchor") { emit([0], anchor: nil) }
      attempt("emit in on_tick") { emit([0]) }
    end
    tick every: 0.1

    def try_all(tuple)
      attempt("emit in the handler") { emit([0]) }
      attempt("emit anchored to what is no tuple") { emit([0], anchor: "x") }
      attempt("emit anchored to several") { emit([0], anchor: [tuple, tuple]) }
      attempt("emit anchored to a list with a stranger") { emit([0], anchor: [tuple, 1]) }
      try_others
      in_a_thread("emit in another thread") { emit([0]) }
      in_a_thread("emit in another thread, no anchor") { emit([0], anchor: nil) }
      in_a_thread("emit in another thread, anchored") { emit([0], anchor: tuple) }
    end

    def try_others
      attempt("fail of an exception") { self.fail(ArgumentError.new("oops")) }
      attempt("fail of a text") { self.fail("oops") }
      attempt("ack of nil") { ack(nil) }
      attempt("emit of the wrong size") { emit([1, 2]) }
      attempt("emit to an unknown stream") { emit([1], stream: :other) }
      attempt("emit to a task of a stream that is not direct") { emit([1], to: 1) }
    end

    def attempt(what)
      yield
      note(:attempt, [what, "done", ""])
    rescue StandardError => e
      note(:attempt, [what, e.class.name, e.message])
    end

    def in_a_thread(what, &block) = Thread.new { attempt(what, &block) }.join
  end

  class LateNumbers < Accounted::Numbers
    on_send { @last < config["count"] ? emitted(@last += 1) : finish_later }

    def finish_later = (@until ||= Process.clock_gettime(Process::CLOCK_MONOTONIC) + 0.4) && over? && finish

    def over? = Process.clock_gettime(Process::CLOCK_MONOTONIC) > @until
  end
  topology(:Rules, RulesBolt, spout: LateNumbers)

  # Acks and fails more than once.
  class TwiceBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    on_receive(ack: false) do |tuple|
      emit([tuple[:id]])
      ack(tuple)
      ack(tuple)
      self.fail(tuple)
      nil
    end
  end
  topology(:Twice, TwiceBolt)

  # Acks by hand in a handler that acks by itself, and fails in one.
  class ByHandBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    on_receive do |tuple|
      @seen ||= {}
      if tuple[:id].even?
        ack(tuple)
      elsif !@seen[tuple[:id]]
        @seen[tuple[:id]] = true
        self.fail(tuple)
        next
      end
      [tuple[:id]]
    end
  end
  topology(:ByHand, ByHandBolt)

  # Acks the tuple of another component.
  class LenderBolt < Redgale::Bolt
    class << self
      attr_accessor :tuple
    end

    include Accounted::Books

    output_fields :id
    on_receive do |tuple|
      LenderBolt.tuple = tuple
      [tuple[:id]]
    end
  end

  class BorrowerSink < Accounted::Sink
    on_receive do |tuple|
      note(:processed, tuple[:id])
      %i[ack fail].each { |verb| attempt(verb) { __send__(verb, LenderBolt.tuple) } }
    end

    def attempt(what)
      yield
      note(:attempt, [what, "done"])
    rescue Redgale::Error => e
      note(:attempt, [what, e.class.name])
    end
  end

  class Borrows < Redgale::Topology
    spout Accounted::Numbers
    bolt(LenderBolt) { source Accounted::Numbers, :shuffle }
    bolt(BorrowerSink) { source LenderBolt, :shuffle }
    configure { set "count", 3 }
  end

  # A thread and an at_exit block go on with the component after the run has ended.
  class GoesOnBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    on_init { GoesOnBolt.kept = self }
    on_receive do |tuple|
      @tuple = tuple
      [tuple[:id]]
    end
    on_close { note(:in_on_close, refusal { emit([0], anchor: nil) }) }

    class << self
      attr_accessor :kept
    end

    def after_the_end
      note(:emit, refusal { emit([0], anchor: nil) })
      note(:ack, refusal { ack(@tuple) })
      note(:fail, refusal { self.fail(@tuple) })
      note(:value, @tuple[:id])
    end

    def refusal
      yield
      "nothing"
    rescue Redgale::Error => e
      e.class.name
    end
  end
  topology(:GoesOn, GoesOnBolt)
  at_exit { GoesOnBolt.kept&.after_the_end }
end
