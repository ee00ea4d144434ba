# frozen_string_literal: true

require_relative "accounted"

# Topologies whose user code kills the thread it runs on.
module Kills
  extend Accounted::Topologies

  # True once for each word, over all instances.
  def self.once?(word) = (@done ||= {}).then { |done| !done[word] && (done[word] = true) }

  def self.kill_once(word) = once?(word) && Thread.current.kill

  class InHandlerBolt < Accounted::Step
    on_init { note(:init, [context.task_id, Thread.current.object_id]) }

    def misbehave(id)
      note(:thread, Thread.current.object_id)
      Kills.kill_once(id) if (id % 5).zero?
    end
  end
  topology(:InHandler, InHandlerBolt, parallelism: 2)

  class OnSendSpout < Accounted::Numbers
    on_init do
      @last ||= Accounting::Book.new(config["folder"]).read(:emitted).size
      note(:init, context.task_id)
    end
    on_send do
      Kills.kill_once(@last) if @last == 7
      @last < config["count"] ? emitted(@last += 1) : finish
    end
  end
  topology(:InOnSend, Accounted::Step, spout: OnSendSpout)

  class OnAckSpout < Accounted::Numbers
    on_init do
      @last = Accounting::Book.new(config["folder"]).read(:emitted).size
      note(:init, context.task_id)
    end
    on_ack do |values|
      note(:acked, values.first)
      Kills.kill_once(:ack) if values.first == 7
    end
  end
  topology(:InOnAck, Accounted::Step, spout: OnAckSpout)

  class OnInitBolt < Accounted::Step
    on_init do
      note(:init, context.task_id)
      Kills.kill_once(:init)
    end
  end
  topology(:InOnInit, OnInitBolt)

  class OnInitSpout < Accounted::Numbers
    on_init do
      note(:init, context.task_id)
      Kills.kill_once(:init)
      @last = 0
    end
  end
  topology(:InOnInitOfSpout, Accounted::Step, spout: OnInitSpout)

  # A task that can never be initialised.
  class AlwaysBolt < Accounted::Step
    on_init do
      note(:init, context.task_id)
      Thread.current.kill
    end
  end
  topology(:Always, AlwaysBolt)

  class OnCloseBolt < Accounted::Step
    on_close do
      note(:close, context.task_id)
      Thread.current.kill
    end
  end
  topology(:InOnClose, OnCloseBolt)

  # Killed from another thread while it sleeps in its handler, and while it waits for a tuple.
  class FromOutsideBolt < Accounted::Step
    on_init do
      note(:init, context.task_id)
      own = Thread.current
      Thread.new { kill_later(own) } if Kills.once?(:thread)
    end

    def kill_later(thread)
      sleep 0.2
      thread.kill
    end

    def misbehave(id) = id == 5 && config["sleep"] && Kills.once?(:sleep) && sleep(30)
  end

  class SlowNumbers < Accounted::Numbers
    on_send do
      sleep 0.02 unless config["sleep"]
      @last < config["count"] ? emitted(@last += 1) : finish
    end
  end
  topology(:FromOutside, FromOutsideBolt, spout: SlowNumbers)

  class OnTickBolt < Accounted::Step
    tick every: 0.05
    on_init { note(:init, context.task_id) }
    on_tick { Kills.kill_once(:tick) }

    def misbehave(_id) = sleep(0.02)
  end
  topology(:InOnTick, OnTickBolt)

  class BatchBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    on_init { note(:init, context.task_id) }
    on_batch(max: 5, within: 0.05) do |tuples|
      Kills.kill_once(:batch) if tuples.any? { |tuple| tuple[:id] == 7 }
      tuples.map { |tuple| [tuple[:id]] }
    end
  end
  topology(:InBatch, BatchBolt)

  class ValuesBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    on_init { note(:init, context.task_id) }
    on_values do |id|
      Kills.kill_once(id) if (id % 5).zero?
      [id]
    end
  end
  topology(:InValues, ValuesBolt)
end
