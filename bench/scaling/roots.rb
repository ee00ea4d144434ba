# frozen_string_literal: true

# ruby roots.rb TUPLES HELD: first HELD tuples go to a bolt that never acks them; while these are pending, TUPLES tuples
# of the same spout task go to another bolt, which is what is measured. Prints how it went.
#
# The spout may have HELD + 1,000 tuples pending, so 1,000 of the measured ones, however many are held. Time counts from
# the first measured on_send to the last measured on_receive. The held tuples never end, so the spout ends the process's
# topology by `exit`; the report must then show TUPLES acked and HELD pending.

require "redgale"
require_relative "../support/measured"

TUPLES = Integer(ARGV.fetch(0))
HELD = Integer(ARGV.fetch(1))
IN_FLIGHT = 1000

class HoldingSpout < Redgale::Spout
  # Seconds for the last acks to arrive.
  SETTLE = 0.2

  output_fields :integer
  stream :held, :integer

  on_init do
    @held = 0
    @integer = 0
  end

  on_send do
    next measured if @ready
    next hold if @held < HELD

    @ready = HoldBolt.count == HELD
    Bench::Measured.start if @ready
    nil
  end

  def hold
    emit([@held += 1], stream: :held)
  end

  def measured
    return @integer += 1 if @integer < TUPLES
    return unless EndBolt.done

    sleep SETTLE
    exit
  end
end

class HoldBolt < Redgale::Bolt
  class << self
    attr_accessor :count
  end
  self.count = 0

  on_receive(ack: false) { |_tuple| self.class.count += 1 }
end

class EndBolt < Redgale::Bolt
  class << self
    attr_accessor :done
  end

  on_init { @count = 0 }
  on_receive do |_tuple|
    @count += 1
    if @count == TUPLES
      Bench::Measured.stop
      self.class.done = true
    end
    nil
  end
end

class RootsTopology < Redgale::Topology
  spout HoldingSpout
  bolt(HoldBolt) { source HoldingSpout, :shuffle, stream: :held }
  bolt(EndBolt) { source HoldingSpout, :shuffle }

  configure do
    max_spout_pending HELD + IN_FLIGHT
    message_timeout_secs 3600
  end
end

report = Redgale.run(RootsTopology)
found = [report["acked"], report["failed"], report["pending"]["count"], report["exit_code"]]
raise "#{TUPLES} acked and #{HELD} pending expected: #{report.except('pending')}" unless found == [TUPLES, 0, HELD, 0]

Bench::Measured.print(tuples: TUPLES)
