# frozen_string_literal: true

require_relative "accounted"

# Spouts whose own threads emit, all at once.
module Threaded
  # Runs config["threads"] threads in each of which `work(number)` emits; finishes with the last of them.
  class Base < Redgale::Spout
    include Accounted::Books

    output_fields :n, :value
    max_retries 0
    on_activate { @threads ||= Array.new(config["threads"]) { |number| Thread.new { work(number) } } }
    on_send { @threads.none?(&:alive?) ? finish : sleep(0.001) && nil }
    on_close { @threads.each(&:join) }
  end

  # n counts from 0; each thread has its own.
  class Counting < Base
    def work(number)
      config["count"].times { |i| emit(row((i * config["threads"]) + number)) }
    end

    def row(count) = [count, nil]
  end

  # Chooses by the number.
  class ByNumber
    def prepare(_context, _stream, tasks) = @tasks = tasks
    def choose_tasks(_source, values) = [@tasks[values[0] % @tasks.size]]
  end

  # Lets other threads run while it chooses.
  class Yielding
    def prepare(_context, _stream, tasks) = @tasks = tasks
    def choose_tasks(_source, _values) = Thread.pass || @tasks
  end

  # Notes what came to a task that was not chosen.
  class Chosen < Redgale::Bolt
    include Accounted::Books

    on_receive do |tuple|
      right = context.tasks(:chosen)[tuple[:n] % 2]
      note(:wrong, tuple[:n]) if right != context.task_id
      nil
    end
  end

  class Everything < Redgale::Bolt
    on_receive { |_tuple| nil }
  end

  class TwoGroupings < Redgale::Topology
    spout Counting
    bolt(Chosen, parallelism: 2) { source Counting, custom: ByNumber }
    bolt(Everything) { source Counting, custom: Yielding }
    configure do
      set "threads", 4
      set "count", 300
    end
  end

  # Hashes, whose conversion once ran Ruby code.
  class Hashes < Counting
    def row(count) = [count, { count => [count] * 300, "a" => { 1 => count }, t: { { count => count } => count } }]
  end

  class Whole < Redgale::Bolt
    include Accounted::Books

    on_receive do |tuple|
      n = tuple[:n]
      whole = { n => [n] * 300, "a" => { 1 => n }, t: { { n => n } => n } }
      note(:wrong, n) if tuple[:value] != whole
      nil
    end
  end

  class Strict < Redgale::Topology
    spout Hashes
    bolt(Whole) { source Hashes, :shuffle }
    configure do
      set "threads", 3
      set "count", 5000
    end
  end

  # Twelve keys, Hashes and Arrays of Times.
  class Keyed < Counting
    KEYS = Array.new(12) do |k|
      [{ k => [k] * 20, a: { 1 => k, 2 => { 3 => k } }, t: { { k => k } => { k => { k => k } } } },
       Array.new(20) { |i| Time.at(k, in: i.even? ? "UTC" : "+02:00") }]
    end.flatten(1)

    def row(count) = [count % KEYS.size, KEYS[count % KEYS.size]]
  end

  # Notes at the end which numbers its task has got.
  class Keys < Redgale::Bolt
    include Accounted::Books

    on_init { @numbers = {} }
    on_receive { |tuple| (@numbers[tuple[:n]] = true) && nil }
    on_close { @numbers.each_key { |number| note(:at, [context.component_id, number, context.task_id]) } }
  end

  class SameKey < Redgale::Topology
    spout Keyed
    bolt(Keys, id: :one, parallelism: 4) { source Keyed, fields: [:value] }
    bolt(Keys, id: :two, parallelism: 4) { source Keyed, fields: [:value] }
    configure do
      set "threads", 4
      set "count", 8000
      message_timeout_secs 5
    end
  end

  # Kills a thread that emits, again and again.
  class Killed < Base
    KEY = [{ 1 => [1] * 2000, t: (1..200).to_h { |i| [{ i => i }, { i => { i => i } }] } },
           Array.new(100) { |i| Time.at(i) }].freeze

    def work(number)
      config["count"].times do
        thread = Thread.new { loop { emit([number, KEY[number % 2]]) } }
        sleep 0.004
        thread.kill
        thread.join
      end
    end
  end

  class KilledEmits < Redgale::Topology
    spout Killed
    bolt(Everything, parallelism: 2) { source Killed, fields: [:value] }
    configure do
      set "threads", 2
      set "count", 200
      message_timeout_secs 20
      shutdown_timeout 2
    end
  end

  # Emits for ever; only an exception ends it.
  class Endless < Base
    def work(number)
      count = 0
      loop { emit([number, count += 1]) }
    rescue Redgale::Error => e
      note(:ended_by, e.class.name)
    end
  end

  class NeverStops < Redgale::Topology
    spout Endless
    bolt(Everything) { source Endless, :shuffle }
    configure { set "threads", 2 }
  end
end
