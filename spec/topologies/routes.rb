# frozen_string_literal: true

require_relative "accounted"

# Which task gets which tuple, and in which order.
module Routes
  # Notes which task got which id.
  class Tasks < Redgale::Bolt
    include Accounted::Books

    on_init { note(:task, context.task_id) }
    on_receive do |tuple|
      note(:processed, tuple[:id])
      note(:at, [tuple[:id], context.task_id, tuple.component, tuple.stream])
      nil
    end
  end

  class Keyed < Accounted::Numbers
    output_fields :id, :key
    def emitted(id) = [*super, "key #{id % 7}"]
  end

  class OddTasks
    def prepare(context, stream, tasks)
      @tasks = tasks
      @about = [context.component_id, stream]
    end

    def choose_tasks(source, values)
      raise "unprepared" unless @about == %w[keyed default] && source.is_a?(Integer)

      values.first.odd? ? @tasks.first(2) : []
    end
  end

  GROUPINGS = { shuffle: :shuffle, local_or_shuffle: :local_or_shuffle, global: :global, all: :all, none: :none,
                fields: { fields: [:key] }, partial_key: { partial_key: [:key] }, custom: { custom: OddTasks } }.freeze

  GROUPINGS.each do |name, grouping|
    topology = Class.new(Redgale::Topology) do
      spout Keyed
      bolt(Tasks, parallelism: 2, tasks: 4) do
        grouping.is_a?(Hash) ? source(Keyed, **grouping) : source(Keyed, grouping)
      end
      configure { set "count", 280 }
    end
    const_set(name.to_s.split("_").map(&:capitalize).join, topology)
  end

  # A stream for each remainder, by hand; `other` is direct.
  class Named < Accounted::Numbers
    output_fields :id
    stream :even, :id
    stream :other, :id, direct: true
    on_send do
      next finish && nil if @last == config["count"]

      id = emitted(@last += 1)
      case id.first % 3
      when 0 then id
      when 1 then emit(id, stream: :even)
      else emit(id, stream: :other, to: context.tasks(:tasks)[id.first % 4])
      end
    end
  end

  class Streams < Redgale::Topology
    spout Named
    bolt(Tasks, tasks: 4) do
      source Named, :shuffle
      source Named, :global, stream: :even
      source Named, :direct, stream: :other
    end
    configure { set "count", 120 }
  end

  # Several spout tasks number their tuples for each receiving task.
  class Numbered < Redgale::Spout
    include Accounted::Books

    output_fields :id, :source, :number
    on_init do
      @last = 0
      @id = context.task_id * 1_000_000
    end
    on_send do
      next finish && nil if @last == config["count"]

      note(:emitted, @id + (@last += 1))
      [@id + @last, context.task_id, @last]
    end
    on_ack { |values| note(:acked, values.first) }
  end

  class InOrder < Redgale::Bolt
    include Accounted::Books

    on_init { @seen = Hash.new(0) }
    on_values do |id, source, number|
      note(:disorder, [source, @seen[source], number]) if number <= @seen[source]
      @seen[source] = number
      note(:processed, id)
      nil
    end
  end

  # Hands on in order, by a return and by hand in turn.
  class HandOn < Redgale::Bolt
    output_fields :id, :source, :number
    on_values do |*values|
      next values if values.last.odd?

      emit(values)
      nil
    end
  end

  class Order < Redgale::Topology
    spout(Numbered, parallelism: 2, tasks: 3)
    bolt(HandOn) { source Numbered, :global }
    bolt(InOrder, parallelism: 2, tasks: 5) { source HandOn, fields: [:source] }
    configure { set "count", 2000 }
  end

  # Each task finishes by itself, at another time.
  class Finishing < Numbered
    on_send do
      next finish && nil if @last == 10 * context.task_id

      note(:emitted, @id + (@last += 1))
      [@id + @last, context.task_id, @last]
    end
    on_init do
      @last = 0
      @id = context.task_id * 1_000_000
    end
  end

  class ManyFinish < Redgale::Topology
    spout(Finishing, parallelism: 2, tasks: 5)
    bolt(InOrder) { source Finishing, :shuffle }
  end

  class ManyTasks < Redgale::Topology
    spout(Numbered, parallelism: 2, tasks: 2)
    bolt(Tasks, parallelism: 4, tasks: 1000) { source Numbered, fields: [:id] }
    configure { set "count", 5000 }
  end

  # Emits with an id, without one, and untracked; config switches tracking off.
  class Unreliable < Accounted::Numbers
    on_send(reliable: false) { @last < config["count"] ? emitted(@last += 1) : finish }
    on_fail { |_values| note(:failed, 1) }
  end

  class WithId < Accounted::Numbers
    on_send(reliable: true) { @last < config["count"] ? [(@last += 1), *emitted(@last)] : finish && nil }
    on_ack { |id| note(:acked, id) }
  end

  class Raising < Accounted::Sink
    on_receive do |tuple|
      note(:processed, tuple[:id])
      raise "each time"
    end
  end

  class Untracked < Redgale::Topology
    spout Unreliable
    bolt(Raising) { source Unreliable, :shuffle }
    configure { set "count", 20 }
  end

  class TrackingOff < Redgale::Topology
    spout WithId
    bolt(Raising) { source WithId, :shuffle }
    configure do
      set "count", 20
      acker_executors 0
    end
  end

  # Nobody reads the second stream: its tuples are done at once.
  class Unread < Accounted::Numbers
    output_fields :id
    stream :nobody, :id
    on_send { @last < config["count"] ? emit(emitted(@last += 1), stream: :nobody) : finish && nil }
  end

  class NoReader < Redgale::Topology
    spout Unread
    bolt(Accounted::Sink) { source Unread, :shuffle }
    configure { set "count", 20 }
  end
end
