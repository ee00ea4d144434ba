# frozen_string_literal: true

require_relative "accounted"

# User code that never lets go, in the handler of id 5; config["way"] says how.
module Stuck
  extend Accounted::Topologies

  WAYS = {
    "a loop" => -> { loop { nil } },
    "a loop that rescues everything" => lambda do
      loop { nil }
    rescue Exception # rubocop:disable Lint/RescueException -- it is the case
      retry
    end,
    "an ensure that loops" => lambda do
      sleep
    ensure
      loop { nil }
    end,
    "a C call that holds the lock" => -> { "secret".crypt("$6$rounds=999999999$salt") }, # minutes
    "a sleep" => -> { sleep }
  }.freeze

  class StuckBolt < Accounted::Step
    def misbehave(id)
      return unless id == 5

      warn "stuck"
      WAYS.fetch(config["way"]).call
    end
  end
  topology(:Bolt, StuckBolt) { shutdown_timeout 1.5 }

  class StuckSpout < Accounted::Numbers
    on_send do
      if @last == 5
        warn "stuck"
        WAYS.fetch(config["way"]).call
      end
      emitted(@last += 1)
    end
  end
  topology(:Spout, Accounted::Step, spout: StuckSpout) { shutdown_timeout 3 }

  class StuckInit < Accounted::Step
    on_init do
      warn "stuck"
      WAYS.fetch(config["way"]).call
    end
  end
  topology(:OnInit, StuckInit) { shutdown_timeout 1 }

  class StuckClose < Accounted::Step
    on_close do
      warn "stuck"
      WAYS.fetch(config["way"]).call
    end
  end
  topology(:OnClose, StuckClose) { shutdown_timeout 1 }

  # Takes longer to close than the part of shutdown_timeout that an unfinished drain leaves for it.
  class SlowClose < Accounted::Step
    on_close do
      warn "closing"
      sleep config["seconds"]
      note(:closed, context.task_id)
    end
  end

  class WaitingNumbers < Accounted::Numbers
    on_send { emitted(@last += 1) if @last < config["count"] }
  end
  topology(:SlowToClose, SlowClose) { shutdown_timeout 1 }
  topology(:SlowToCloseAfterTerm, SlowClose, spout: WaitingNumbers) { shutdown_timeout 2 }

  # Waits in on_send for something that never comes.
  class WaitingSpout < Accounted::Numbers
    on_send { @last < config["count"] ? emitted(@last += 1) : (warn("waiting") || sleep) }
  end
  topology(:Waiting, Accounted::Step, spout: WaitingSpout) { shutdown_timeout 2 }
end
