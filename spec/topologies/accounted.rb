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
end
