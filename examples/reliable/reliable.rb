# frozen_string_literal: true

# A spout that gives its tuples ids, hears of each by on_ack or on_fail, and emits again what failed:
#
#   redgale local reliable.rb
#   redgale local reliable.rb --set count=100000 --set refuse_every=3

require "redgale"

# Because it defines on_fail it owns its replay: the engine keeps nothing for it. A tuple is open from its emission
# until it is acked, and the spout has finished when none is left.
class NumberedSpout < Redgale::Spout
  output_fields :id, :line

  on_init do
    @lines = (1..config["count"]).each
    @open = {}
    @failed = []
    @acked = metrics.counter(:acked)
    @replayed = metrics.counter(:replayed)
  end

  on_send emit: false do
    id = @failed.shift || fresh
    emit [id, @open[id]], id: id if id
  rescue StopIteration
    finish if @open.empty?
  end

  on_ack do |id|
    @open.delete(id)
    @acked.increment
    puts "acked #{id}" if config["verbose"]
  end

  on_fail do |id|
    @failed << id
    @replayed.increment
  end

  on_close { puts "#{@acked.value} lines acked, #{@replayed.value} replays, #{@open.size} open" }

  def fresh
    id = @lines.next
    @open[id] = "line #{id}"
    id
  end
end

# Passes on what it gets, but refuses some of it once, as a service that is busy would. Ids that have been refused are
# known to the task that refused them, so the bolt is grouped by id.
class PassBolt < Redgale::Bolt
  output_fields :id, :line

  on_init { @refused = {} }

  on_receive do |tuple|
    next tuple.values unless refuse?(tuple[:id])

    self.fail(tuple)
  end

  def refuse?(id)
    return false unless (id % config["refuse_every"]).zero?
    return false if @refused.delete(id)

    @refused[id] = true
  end
end

# A replayed tuple is one more tuple to everybody behind the spout. The sink keeps the ids, so it counts each line once.
class KeepBolt < Redgale::Bolt
  on_init { @kept = {} }
  on_values(emit: false) { |id, line| @kept[id] = line }
  on_close { puts "#{@kept.size} lines kept" }
end

class ReliableTopology < Redgale::Topology
  spout(NumberedSpout) { max_spout_pending 200 }
  bolt(PassBolt, parallelism: 2) { source NumberedSpout, fields: [:id] }
  bolt(KeepBolt) { source PassBolt, :global }

  configure do
    set "count", 1_000
    set "refuse_every", 10
    set "verbose", false
  end
end
