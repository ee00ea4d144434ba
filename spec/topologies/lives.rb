# frozen_string_literal: true

require_relative "accounted"

# The calls a component gets from its first to its last, and what user code may keep between them.
module Lives
  extend Accounted::Topologies

  CALLS = %i[on_init on_activate on_deactivate on_close].freeze

  class Told < Accounted::Numbers
    CALLS.each do |name|
      public_send(name) do
        @last ||= 0
        note(:spout, name)
      end
    end
    on_send do
      note(:spout, "on_send") if @last.zero?
      @last < config["count"] ? emitted(@last += 1) : config["finish"] && finish
    end
  end

  class ToldBolt < Accounted::Step
    on_init { note(:bolt, "on_init") }
    on_close { note(:bolt, "on_close") }
    def misbehave(id) = id == 1 && note(:bolt, "on_receive")
  end
  topology(:FromFirstToLast, ToldBolt, spout: Told)

  class TickingSpout < Accounted::Numbers
    tick every: 0.05
    on_tick { note(:spout_tick, @last) }
    on_send { @last < config["count"] ? emitted(@last += 1) : wait }

    def wait = (@wait ||= Process.clock_gettime(Process::CLOCK_MONOTONIC)) && over? && finish

    def over? = Process.clock_gettime(Process::CLOCK_MONOTONIC) - @wait > 0.6
  end

  class TickingBolt < Accounted::Step
    tick every: 0.05
    on_tick do
      note(:tick, Process.clock_gettime(Process::CLOCK_MONOTONIC))
      emit([0]) if config["emit"]
      [:ignored]
    end
  end
  topology(:Ticking, TickingBolt, spout: TickingSpout)

  # Fibers, enumerators and thread-locals of one call are there in the next.
  class Keeping < Accounted::Numbers
    on_init do
      @ids = Enumerator.new { |yielder| (1..config["count"]).each { |id| yielder << id } }
      Thread.current[:mine] = context.task_id
      Thread.current.thread_variable_set(:mine, context.task_id)
    end
    on_send do
      note(:wrong, "thread-local") unless Thread.current[:mine] == context.task_id
      emitted(@ids.next)
    end
  end

  class KeepingBolt < Accounted::Step
    on_init do
      @fiber = Fiber.new { |id| loop { id = Fiber.yield(id) } }
      Thread.current[:mine] = context.task_id
      Thread.current.thread_variable_set(:mine, context.task_id)
      @thread = Thread.current
      @lock = Mutex.new.lock
    end

    def misbehave(id)
      same = [Thread.current == @thread, Thread.current[:mine] == context.task_id, @lock.owned?,
              Thread.current.thread_variable_get(:mine) == context.task_id, @fiber.resume(id) == id]
      note(:wrong, same) unless same.all?
      GC.start if (id % 50).zero?
      sleep 0.001 if (id % 10).zero?
    end
  end
  topology(:KeepingThings, KeepingBolt, spout: Keeping, parallelism: 3) { set "count", 200 }
end
