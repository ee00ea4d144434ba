# frozen_string_literal: true

require_relative "accounted"

# Words through every way a tuple can take, and every way it can fail. config["gc"]: "stress", "full" (all of its
# collections are major ones), "auto_compact", or "compact" (now and then in a handler).
module Lanes
  TEXT = "in the beginning god created the heaven and the earth and the earth was without form and void"
  WORDS = TEXT.split.freeze

  # A minor collection at every allocation. A full one takes 40 times as long: {full} chooses when.
  MINOR = 1

  # Full collections at every allocation from here until the next id.
  def self.full(how, really)
    GC.stress = really || MINOR if how == "stress"
  end

  def self.prepare(how)
    case how
    when "stress" then GC.stress = MINOR
    when "full" then GC.stress = true
    when "auto_compact" then GC.auto_compact = true
    end
  end

  # Chooses the task by the length of the word.
  class ByLength
    def prepare(_context, _stream, tasks)
      @tasks = tasks
    end

    def choose_tasks(_source, values)
      [@tasks[values[1].size % @tasks.size]]
    end
  end

  class Words < Redgale::Spout
    include Accounted::Books

    output_fields :id, :word
    stream :by_hand, :id, :word

    on_init do
      @last = 0
    end
    on_activate { Lanes.prepare(config["gc"]) }
    on_send do
      next finish && nil if @last == config["count"]

      note(:emitted, @last += 1)
      values = [@last, WORDS[@last % WORDS.size].dup]
      next values if @last % 3 != 0

      emit(values, stream: :by_hand)
      nil
    end
    on_ack { |values| note(:acked, values.first) }
    on_give_up { |values, error| note(:given_up, values.first) && note(:reasons, error.class.name) }
    max_retries 3
    on_close { GC.stress = false }
  end

  # Raises, fails, forgets and emits to no stream, each once for some ids; ids that end in 99 always fail.
  class Pass < Redgale::Bolt
    include Accounted::Books

    output_fields :id, :word
    stream :direct, :id, :word, direct: true

    around { |_tuple, handler| handler.call }
    on_receive do |tuple|
      id = tuple[:id]
      first = !(@seen ||= {})[id]
      @seen[id] = true
      Lanes.full(config["gc"], first && (id % 20).zero?)
      raise "always" if id % 100 == 99

      misbehave(tuple, id) if first && (id % 20).zero?
      emit([id, tuple["word"]], stream: :direct, to: context.tasks(:values).sample)
      GC.compact if config["gc"] == "compact" && (id % 50).zero?
      [[id, tuple[1].dup]]
    end

    def misbehave(tuple, id)
      case id % 80
      when 0 then raise ArgumentError, "try again"
      when 20 then self.fail(tuple)
      when 40 then [id, 2].fetch(9)
      else raise Exception, "no StandardError" # rubocop:disable Lint/RaiseException -- it is the case
      end
    end
  end

  class Values < Redgale::Bolt
    output_fields :id, :word
    on_values do |id, word|
      Lanes.full(config["gc"], false)
      [id, word]
    end
  end

  class Batch < Redgale::Bolt
    output_fields :id, :word
    on_batch(max: 7, within: 0.02) { |tuples| tuples.map(&:values) }
  end

  class Async < Redgale::Bolt
    output_fields :id, :word
    on_init do
      @kept = Queue.new
      @thread = Thread.new { work }
    end
    on_receive(ack: false) do |tuple|
      @kept << tuple
      nil
    end
    on_close { @thread.join if @kept.close }

    def work
      while (tuple = @kept.pop)
        emit(tuple.values, anchor: [tuple])
        ack(tuple)
      end
    end
  end

  class Sink < Redgale::Bolt
    include Accounted::Books

    on_receive do |tuple|
      case tuple
      in { id: Integer => id, word: String => word }
        note(:processed, id)
        note(:wrong, [id, word]) if word != WORDS[id % WORDS.size]
      end
      nil
    end
  end

  class All < Redgale::Topology
    spout Words
    bolt(Pass, parallelism: 2) do
      source Words, :shuffle
      source Words, fields: [:word], stream: :by_hand
    end
    bolt(Values, id: :values, parallelism: 2) do
      source Pass, :direct, stream: :direct
      source Pass, partial_key: [:word]
    end
    bolt(Batch) { source Pass, custom: ByLength }
    bolt(Async, parallelism: 2) { source Values, :local_or_shuffle }
    bolt(Sink, tasks: 3, parallelism: 2) do
      source Batch, :global
      source Async, :all
      source Values, :none
    end
    configure do
      set "count", 300
      retry_backoff_min 0.02
    end
  end

  # Keeps 1,000 tuples and compares them later.
  class Keep < Redgale::Bolt
    include Accounted::Books

    on_receive do |tuple|
      @kept ||= []
      @kept << [tuple, tuple[:id], tuple[:word].dup]
      note(:processed, tuple[:id])
      GC.start if (tuple[:id] % 250).zero?
      nil
    end
    on_close do
      3.times do
        GC.start
        GC.compact
      end
      note(:same, @kept.count { |tuple, id, word| same?(tuple, id, word) })
      note(:frozen, @kept.count { |tuple, _, _| tuple.values.frozen? })
    end

    def same?(tuple, id, word)
      tuple.values == [id, word] && tuple[:word] == word && tuple.to_h == { id: id, word: word } &&
        tuple.component == "words" && %i[default by_hand].include?(tuple.stream) && tuple.task.positive?
    end
  end

  class Kept < Redgale::Topology
    spout Words
    bolt(Keep) do
      source Words, :shuffle
      source Words, :shuffle, stream: :by_hand
    end
    configure { set "count", 1000 }
  end

  # Many pending tuples with ids that nothing else holds, for so long that the engine keeps most of them in another way.
  class ManyIds < Redgale::Spout
    include Accounted::Books

    output_fields :n
    tick every: 0.05
    on_tick { nil }
    on_init do
      @n = 0
      @wrong = 0
      @junk = Array.new(100_000) { |i| "junk#{i}" * 3 }
    end
    on_send(reliable: true) do
      next finish if @n == config["count"]

      @n += 1
      @junk[@n * 3] = nil # holes, so that compaction moves what follows
      ["id number #{@n}, too long to be embedded", @n]
    end
    on_ack { |id| check(id) }
    on_fail { |id| check(id) }
    on_close { note(:wrong, @wrong) }

    def check(id)
      @checked = @checked.to_i + 1
      @wrong += 1 unless id.is_a?(String) && id.match?(/\Aid number \d+, too/)
      note(:checked, @checked) if @checked == config["count"]
    end
  end

  # Keeps all, lets the collector move whatever may move, then decides.
  class Decides < Redgale::Bolt
    on_init { @held = [] }
    on_receive(ack: false) do |tuple|
      @held << tuple
      Thread.new { decide } if @held.size == config["count"]
      nil
    end

    def decide
      12.times { GC.start || sleep(0.06) }
      GC.verify_compaction_references(double_heap: true, toward: :empty)
      @held.each_with_index { |tuple, i| i.even? ? ack(tuple) : self.fail(tuple) }
    end
  end

  class Cold < Redgale::Topology
    spout ManyIds
    bolt(Decides) { source ManyIds, :shuffle }
    configure do
      set "count", 24_000
      max_spout_pending 30_000
      shutdown_timeout 2
    end
  end
end
