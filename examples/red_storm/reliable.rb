# frozen_string_literal: true

# A spout that gives its tuples message ids, hears of each, and emits again what failed; two ways for a bolt to pass a
# tuple on without losing the track of it:
#
#   redgale local reliable.rb

require "red_storm"

class NumberedSpout < RedStorm::DSL::Spout
  output_fields :number

  on_init { @to_send = [1, 2, 3] }

  # The first element is the message id. nil: nothing now.
  on_send reliable: true do
    number = @to_send.shift
    [number, number] if number
  end

  on_ack { |id| print "acked #{id}\n" }

  on_fail do |id|
    print "failed #{id}\n"
    @to_send << id
  end
end

# What is returned is emitted anchored to the input, then the input is acked.
class ImplicitBolt < RedStorm::DSL::Bolt
  output_fields :number

  on_receive(ack: true, anchor: true) { |tuple| tuple[:number] }
end

# The same by hand; 2 is refused the first time.
class ExplicitBolt < RedStorm::DSL::Bolt
  output_fields :number

  on_init { @refused = [] }

  on_receive emit: false do |tuple|
    if tuple[:number] == 2 && @refused.empty?
      @refused << 2
      self.fail(tuple)
    else
      anchored_emit(tuple, tuple[:number])
      ack(tuple)
    end
  end
end

# Nothing is returned that could be emitted, so it has to ack by hand: with `ack: true` a nil is not acked.
class KeepBolt < RedStorm::DSL::Bolt
  on_receive(emit: false) { |tuple| ack(tuple) }
end

class ReliableTopology < RedStorm::DSL::Topology
  spout NumberedSpout
  bolt(ImplicitBolt) { source NumberedSpout, :shuffle }
  bolt(ExplicitBolt) { source ImplicitBolt, :shuffle }
  bolt(KeepBolt) { source ExplicitBolt, :global }

  configure do
    num_ackers 2
    message_timeout_secs 10
  end

  on_submit do |env|
    sleep 1
    cluster.shutdown if env == :local
  end
end
