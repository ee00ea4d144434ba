# frozen_string_literal: true

# CPU-bound work of a known length. The same number of rounds everywhere: a slower executor shows as fewer handlers.
module Spin
  CALIBRATION = 0.5

  def self.call(rounds)
    n = 0
    n += 1 while n < rounds
  end

  # Rounds that take this many seconds when nothing else runs.
  def self.rounds_for(seconds)
    best = Float::INFINITY
    stop = now + CALIBRATION
    while now < stop
      began = now
      call(10_000)
      best = [best, now - began].min
    end
    (10_000 * seconds / best).round
  end

  def self.now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end

if $PROGRAM_NAME == __FILE__
  require "json"
  puts JSON.generate(rounds_per_second: Spin.rounds_for(1.0))
end
