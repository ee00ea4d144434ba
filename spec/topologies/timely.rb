# frozen_string_literal: true

require_relative "accounted"

# Topologies whose user code takes its time.
module Timely
  # What the components of one process tell each other.
  class Board
    # How many were seen; without the lock, which would let other threads run.
    attr_reader :count

    def initialize
      @seen = {}
      @count = 0
      @lock = Mutex.new
    end

    def see(id) = @lock.synchronize { @seen[id] = @count += 1 }

    # Waits for an id, most for two seconds.
    def wait_for(id)
      200.times { @lock.synchronize { @seen[id] } ? (return true) : sleep(0.01) }
      false
    end
  end
  BOARD = Board.new

  class Sink < Redgale::Bolt
    include Accounted::Books

    on_receive do |tuple|
      note(:processed, tuple[0])
      BOARD.see(tuple[0])
      nil
    end
  end

  # Is quick, but now and then waits longer than message_timeout: its source was silent.
  class SlowSource < Accounted::Numbers
    on_send do
      sleep 0.6 if @last > 90 && (@last % 13).zero?
      @last < 150 ? emitted(@last += 1) : finish
    end
  end

  class Short < Redgale::Bolt
    include Accounted::Books

    on_receive do |tuple|
      sleep 0.02 if (tuple[:id] % 13) == 1
      note(:processed, tuple[:id])
    end
  end

  class SilentSource < Redgale::Topology
    spout SlowSource
    bolt(Short) { source SlowSource, :shuffle }
    configure { message_timeout_secs 0.4 }
  end

  # Emits by hand and goes on in its handler until the tuple has arrived.
  class ByHand < Redgale::Spout
    include Accounted::Books

    output_fields :id
    on_init { @last = 0 }
    on_send do
      next finish && nil if @last == 4

      emit([@last += 1])
      note(:arrived, BOARD.wait_for(@last))
      nil
    end
  end

  class HandEmits < Redgale::Topology
    spout ByHand
    bolt(Sink) { source ByHand, :shuffle }
  end

  class Passing < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    on_receive do |tuple|
      emit([tuple[:id]])
      note(:arrived, BOARD.wait_for(tuple[:id]))
      nil
    end
  end

  class BoltEmits < Redgale::Topology
    spout Accounted::Numbers
    bolt(Passing) { source Accounted::Numbers, :shuffle }
    bolt(Sink) { source Passing, :shuffle }
    configure { set "count", 4 }
  end

  # Gives the first try of each tuple to all tasks, and the replay of every tenth to none.
  class Once
    def prepare(_context, _stream, tasks)
      @tasks = tasks
      @seen = {}
    end

    def choose_tasks(_source, (id))
      tenth = (id % 10).zero?
      return [] if tenth && @seen[id]

      @seen[id] = true
      @tasks
    end
  end

  class OneReplay < Accounted::Numbers
    max_retries 1
    on_send { sleep(0.001) && (@last < config["count"] ? emitted(@last += 1) : finish) }
  end

  # Fails every tenth and forgets the others.
  class Forgetful < Redgale::Bolt
    include Accounted::Books

    on_receive(ack: false) do |tuple|
      note(:processed, tuple[:id])
      self.fail(tuple) if (tuple[:id] % 10).zero?
      nil
    end
  end

  class ReplayToNobody < Redgale::Topology
    spout OneReplay
    bolt(Forgetful) { source OneReplay, custom: Once }
    configure do
      set "count", 400
      message_timeout_secs 0.5
      max_spout_pending 5000
      shutdown_timeout 2
    end
  end

  # Computes in on_tick until others have handled 200 tuples meanwhile, most for three seconds.
  class Computing < Redgale::Bolt
    include Accounted::Books

    tick every: 0.1
    on_receive { |_tuple| nil }
    on_tick { compute unless @done }

    def compute
      @done = true
      from = BOARD.count
      till = Process.clock_gettime(Process::CLOCK_MONOTONIC) + 3
      nil until BOARD.count - from >= 200 || Process.clock_gettime(Process::CLOCK_MONOTONIC) > till
      note(:meanwhile, BOARD.count - from)
    end
  end

  class Counting < Redgale::Spout
    output_fields :id
    on_init { @last = 0 }
    on_send { @last += 1 }
  end

  # One tuple at a time goes to the sink and back, each way a change of threads.
  class TickBeside < Redgale::Topology
    spout(Accounted::Numbers) { set "count", 1 }
    bolt(Computing) { source Accounted::Numbers, :shuffle }
    spout Counting
    bolt(Sink) { source Counting, :shuffle }
    configure { max_spout_pending 1 }
  end

  # Acks a tuple 30 later.
  class Later < Redgale::Bolt
    on_init { @kept = [] }
    on_receive(ack: false) do |tuple|
      @kept << tuple
      ack(@kept.shift) if @kept.size > 30 || tuple[:id] > 970
      ack(@kept.shift) while tuple[:id] == 1000 && @kept.any?
      nil
    end
  end

  class Batches < Redgale::Bolt
    on_batch(max: 100, within: 0.1) { |_tuples| sleep(0.002) && nil }
  end

  class Latencies < Redgale::Topology
    spout Accounted::Numbers
    bolt(Later) { source Accounted::Numbers, :shuffle }
    bolt(Batches) { source Accounted::Numbers, :shuffle }
    configure { set "count", 1000 }
  end
end
