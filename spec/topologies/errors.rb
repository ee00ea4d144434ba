# frozen_string_literal: true

require_relative "accounted"

# Topologies whose user code goes wrong.
module Errors
  extend Accounted::Topologies

  # Raises twice for one id of four.
  class FlakyBolt < Accounted::Step
    def misbehave(id)
      note(:tried, [id, Process.clock_gettime(Process::CLOCK_MONOTONIC)]) if (id % 4).zero?
      raise ArgumentError, "try #{@tries[id]} of #{id}" if (id % 4).zero? && @tries[id] < 3
    end
  end
  topology(:Flaky, FlakyBolt) { retry_backoff_min 0.1 }

  # Raises for one id of four for ever.
  class HopelessBolt < Accounted::Step
    def misbehave(id) = (id % 4).zero? && raise(IOError, "never")
  end

  class LimitedNumbers < Accounted::Numbers
    max_retries 2
  end
  topology(:Limited, HopelessBolt, spout: LimitedNumbers)

  # Fails instead of raising: there is no exception to tell of.
  class FailingBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id
    on_receive { |tuple| (tuple[:id] % 4).zero? ? self.fail(tuple) : [tuple[:id]] }
  end
  topology(:LimitedFail, FailingBolt, spout: LimitedNumbers)

  # Owns its replay: remembers what is under way and emits it again in on_fail.
  class OwnReplay < Redgale::Spout
    include Accounted::Books

    output_fields :id

    on_init do
      @last = 0
      @again = []
      @open = {}
    end
    on_ack do |id|
      @open.delete(id)
      note(:acked, id.delete_prefix("id ").to_i)
    end
    on_fail do |id|
      note(:failed, id)
      @again << @open.fetch(id)
    end

    def next_id
      return @again.shift if @again.any?
      return if @last == config["count"]

      note(:emitted, @last += 1)
      @last
    end

    def key_of(id) = "id #{id}".tap { |key| @open[key] = id }

    def finish_if_done = @last == config["count"] && @open.empty? && finish
  end

  class ReturnsId < OwnReplay
    on_send(reliable: true) { (id = next_id) ? [key_of(id), id] : finish_if_done && nil }
  end
  topology(:OwnReplayByReturn, FlakyBolt, spout: ReturnsId)

  class EmitsId < OwnReplay
    on_send do
      (id = next_id) ? emit([id], id: key_of(id)) : finish_if_done
      nil
    end
  end
  topology(:OwnReplayByEmit, FlakyBolt, spout: EmitsId)

  # Defines on_fail and emits without ids: it is told the values.
  class GetsValues < Accounted::Numbers
    on_fail do |values|
      note(:failed, values.first)
      (@again ||= []) << values
    end
    on_send { @again&.shift || (@last < config["count"] ? emitted(@last += 1) : nil) }
    on_ack do |values|
      note(:acked, values.first)
      finish if (@acked = @acked.to_i + 1) == config["count"]
    end
  end
  topology(:OwnReplayByValues, FlakyBolt, spout: GetsValues)

  class ExitingBolt < Accounted::Step
    def misbehave(id) = id == 10 && exit(7)
  end
  topology(:Exiting, ExitingBolt)

  class CustomError < Exception; end # rubocop:disable Lint/InheritException -- what is not a StandardError is the case here

  class ExceptionBolt < Accounted::Step
    def misbehave(id) = chosen?(id) && raise(CustomError, "not a StandardError")
  end
  topology(:RaisesException, ExceptionBolt)

  class NotImplementedBolt < Accounted::Step
    def misbehave(id) = chosen?(id) && raise(NotImplementedError, "a ScriptError")
  end
  topology(:RaisesScriptError, NotImplementedBolt)

  class InterruptBolt < Accounted::Step
    def misbehave(id) = id == 10 && raise(Interrupt, "a SignalException")
  end
  topology(:RaisesInterrupt, InterruptBolt)

  class ThrowingBolt < Accounted::Step
    def misbehave(id) = chosen?(id) && throw(:nowhere)
  end
  topology(:Throws, ThrowingBolt)

  class BreakingBolt < Accounted::Step
    def misbehave(id) = chosen?(id) && proc { break }.call
  end
  topology(:Breaks, BreakingBolt)

  class DieBolt < Accounted::Step
    error_policy :die

    def misbehave(id) = id == 10 && raise("the worker must end")
  end
  topology(:Dies, DieBolt)

  # The error handler itself raises.
  class WorseBolt < Accounted::Step
    on_error { |_error, _tuple| raise "worse" }

    def misbehave(id) = chosen?(id) && raise("bad")
  end
  topology(:ErrorHandlerRaises, WorseBolt)

  class DeepBolt < Accounted::Step
    def misbehave(id) = chosen?(id) && deeper

    def deeper = 1 + deeper
  end
  topology(:StackOverflow, DeepBolt)

  # Emits a string of 1 GB beside one id; under a memory limit that is a NoMemoryError.
  class HugeBolt < Redgale::Bolt
    include Accounted::Books

    output_fields :id, :text

    on_init do
      limit = config["address_space"]
      Process.setrlimit(Process::RLIMIT_AS, limit, Process::RLIM_INFINITY) if limit
    end
    on_error do |error, _tuple|
      note(:told, error.class.name)
      Process.setrlimit(Process::RLIMIT_AS, Process::RLIM_INFINITY, Process::RLIM_INFINITY)
    end
    on_receive { |tuple| [tuple[:id], tuple[:id] == 10 ? "x" * (1 << 30) : ""] }
  end

  class HugeSink < Redgale::Bolt
    include Accounted::Books

    on_values do |id, text|
      note(:processed, id)
      note(:size, text.bytesize) unless text.empty?
    end
  end

  class Huge < Redgale::Topology
    spout Accounted::Numbers
    bolt(HugeBolt) { source Accounted::Numbers, :shuffle }
    bolt(HugeSink) { source HugeBolt, :shuffle }
    configure { set "count", 20 }
  end
end
