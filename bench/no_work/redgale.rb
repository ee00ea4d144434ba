# frozen_string_literal: true

# ruby redgale.rb TUPLES [on_ack]: integers from a spout to a bolt, tracked; prints how it went.

require "redgale"
require_relative "../support/measured"
require_relative "components"

tuples = Integer(ARGV.fetch(0))
WITH_ACK = ARGV[1] == "on_ack"

class NoWorkTopology < Redgale::Topology
  spout IntegerSpout do
    on_activate { Bench::Measured.start }
    on_ack { |_values| nil } if WITH_ACK
    on_close { Bench::Measured.stop }
  end
  bolt(IdleBolt) { source IntegerSpout, :shuffle }
end

report = Redgale.run(NoWorkTopology, set: { "tuples" => tuples })
Bench::Measured.verify(report, acked: tuples)
Bench::Measured.print(tuples: report["components"]["idle_bolt"]["executed"])
