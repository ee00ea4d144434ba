# frozen_string_literal: true

require_relative "accounted"

# A topology that writes progress and log lines for as long as it may.
module Unwritable
  extend Accounted::Topologies

  class Paced < Accounted::Numbers
    on_send { sleep(0.005) && emitted(@last += 1) }
  end

  # Raises for every fifth id once, which is logged.
  class Raises < Accounted::Step
    def misbehave(id)
      raise ArgumentError, "no fives" if (id % 5).zero? && @tries[id] == 1
    end
  end
  topology(:Endless, Raises, spout: Paced)

  class OneTry < Accounted::Numbers
    max_retries 0
  end
  topology(:GivesUp, Raises, spout: OneTry)
end
