# frozen_string_literal: true

require_relative "accounted"

# Topologies that their program activates, deactivates and stops. The program gives the folder of the books as its first
# argument, and prints the report as its last line.
module Controlled
  extend Accounted::Topologies

  Thread.abort_on_exception = true
  BOOK = Accounting::Book.new(ARGV.fetch(0))

  # Never finishes, and writes down its callbacks.
  class Endless < Accounted::Numbers
    %i[on_init on_activate on_deactivate on_close].each { |name| public_send(name) { note(:calls, name) } }
    on_send { emitted(@last = @last.to_i + 1) }
  end

  class Slow < Accounted::Step
    def misbehave(_id) = sleep(0.005)
  end
  topology(:Busy, Slow, spout: Endless) { max_spout_pending 10 }

  # One tuple, whose first try fails.
  class One < Accounted::Numbers
    on_send { @last.zero? ? emitted(@last += 1) : nil }
  end

  class Flaky < Accounted::Step
    def misbehave(id)
      raise "the first try" if @tries[id] == 1
    end
  end
  topology(:Replayed, Flaky, spout: One) { retry_backoff_min 0.5 }

  # Emits from a thread of its own, until the topology has ended.
  class ByHand < Accounted::Numbers
    on_init { @hand = Thread.new { emit_all } }
    on_send(emit: false) { nil }

    def emit_all
      (1..).each do |id|
        emit([id])
        note(:emitted, id)
        sleep 0.002
      end
    rescue Redgale::ClosedError
      note(:refused, "by ClosedError")
    end
  end
  topology(:Hands, Slow, spout: ByHand)

  class << self
    # Runs a topology; the block is a thread that gets the control.
    def meanwhile(topology)
      show(run(topology) { |control| Thread.new { yield control } })
    end

    def run(topology, &block)
      Redgale.run(topology, set: { "folder" => ARGV.fetch(0) }, &block)
    end

    def show(report)
      puts JSON.generate(report)
    end

    def note(...) = BOOK.note(...)

    # Waits until the block is true.
    # @return [true]
    def wait
      until yield
        raise "waited for 20 s" if (waited = waited.to_i + 1) > 2_000

        sleep 0.01
      end
      true
    end

    # The spouts are silent, then no tuple is under way.
    def empty(control)
      note(:pending_then, control.snapshot["pending"])
      wait { control.snapshot["pending"].zero? }
      before = control.snapshot["emitted"]
      sleep 0.3
      note(:emitted_meanwhile, control.snapshot["emitted"] - before)
    end
  end
end
