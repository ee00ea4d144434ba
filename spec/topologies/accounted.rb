# frozen_string_literal: true

require "redgale"
require_relative "../support/accounting"

# What the topologies here are made of: a spout and a sink that keep books (see spec/support/accounting.rb).
module Accounted
  # Gives a component its book.
  module Books
    def note(what, entry) = (@book ||= Accounting::Book.new(config["folder"])).note(what, entry)
  end

  # Emits 1 to config["count"] and finishes; the engine replays.
  class Numbers < Redgale::Spout
    include Books

    output_fields :id

    on_init { @last = 0 }
    on_send { @last < config["count"] ? emitted(@last += 1) : finish }
    on_ack { |values| note(:acked, values.first) }
    on_give_up do |values, error|
      note(:given_up, values.first)
      note(:reasons, error.class.name)
    end

    def emitted(id)
      note(:emitted, id)
      [id]
    end
  end

  # Writes down what reaches it.
  class Sink < Redgale::Bolt
    include Books

    on_receive { |tuple| note(:processed, tuple[0]) }
  end

  # Passes ids on; a subclass says by `misbehave(id)` what it does before.
  class Step < Redgale::Bolt
    include Books

    output_fields :id

    on_init { note(:init, context.task_id) }
    on_close { note(:close, context.task_id) }
    on_error { |error, tuple| note(:told, [error.class.name, tuple && tuple[:id]]) }
    on_receive do |tuple|
      @tries ||= Hash.new(0)
      @tries[tuple[:id]] += 1
      misbehave(tuple[:id])
      [tuple[:id]]
    end

    def misbehave(_id); end

    # Whether this is the first time that this instance sees the id, and the id one of four.
    def chosen?(id) = (id % 4).zero? && @tries[id] == 1
  end

  # For modules that hold topologies of a spout, one bolt and the sink.
  module Topologies
    # Defines one.
    def topology(name, bolt, spout: Numbers, parallelism: 1, &configuration)
      const_set(name, Class.new(Redgale::Topology) do
        spout spout
        bolt(bolt, parallelism: parallelism) { source spout, :shuffle }
        bolt(Sink) { source bolt, :shuffle }
        configure do
          set "count", 20
          retry_backoff_min 0.02
          shutdown_timeout 5
          instance_exec(&configuration) if configuration
        end
      end)
    end
  end
end
