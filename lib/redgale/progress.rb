# frozen_string_literal: true

require "json"

module Redgale
  # Shows how a run goes: a line that is redrawn on a terminal, plain lines elsewhere, JSON lines for machines.
  # @api private
  module Progress
    # @param kind [String] "terminal", "plain", "json" or "none"
    # @param out [IO]
    # @return [#call, #finish, #every]
    def self.for(kind, out)
      { "terminal" => Terminal, "plain" => Plain, "json" => Json, "none" => None }.fetch(kind).new(Output.new(out))
    end

    # Where progress goes. A full disk or a reader that is gone is no reason to end a run: from the first failure on
    # nothing more is written.
    # @api private
    class Output
      def initialize(out)
        @out = out
      end

      def write(*texts)
        return if @lost

        @out.print(*texts)
        @out.flush
      rescue SystemCallError, IOError
        @lost = true
      end
    end

    # Counts as people read them.
    # @api private
    class Human
      def initialize(out)
        @out = out
        @acked = 0
        @seconds = 0.0
      end

      # One line: elapsed time, acked tuples and their rate since the last line, pending and failed ones.
      def line(snapshot)
        rate = (snapshot["acked"] - @acked) / [snapshot["seconds"] - @seconds, 0.001].max
        @acked, @seconds = snapshot.values_at("acked", "seconds")
        acked, pending, failed = snapshot.values_at("acked", "pending", "failed").map { |count| Progress.number(count) }
        format("%<seconds>6.1f s  %<acked>s acked  %<rate>s/s  %<pending>s pending  %<failed>s failed%<note>s",
               seconds: @seconds, acked: acked, rate: Progress.number(rate), pending: pending, failed: failed,
               note: note(snapshot))
      end

      # A drain takes as long as the tuples under way: whoever pressed Ctrl-C wants to know that it was heard.
      def note(snapshot)
        snapshot["phase"] == "draining" ? "  draining; INT or TERM ends at once" : ""
      end

      # Takes away what is not to stay: programs print their results when the topology has ended.
      def finish; end
    end

    # Nothing.
    # @api private
    class None < Human
      def every
        Float::INFINITY
      end

      def call(_snapshot); end
    end

    # One line, redrawn.
    # @api private
    class Terminal < Human
      def every
        0.2
      end

      # The cursor stays at the start of the line, so that what is printed or logged meanwhile starts there.
      def call(snapshot)
        @drawn = true
        @out.write("\e[K", line(snapshot), "\r")
      end

      def finish
        return unless @drawn

        @drawn = false
        @out.write("\e[K")
      end
    end

    # A line every two seconds.
    # @api private
    class Plain < Human
      def every
        2.0
      end

      def call(snapshot)
        @out.write(line(snapshot), "\n")
      end
    end

    # {"event":"progress",...} every second.
    # @api private
    class Json
      def initialize(out)
        @out = out
      end

      def every
        1.0
      end

      def call(snapshot)
        @out.write(JSON.generate({ "event" => "progress" }.merge(snapshot.except("components"))), "\n")
      end

      def finish; end
    end

    # 1234567 -> "1,234,567".
    def self.number(value)
      value.round.to_s.reverse.scan(/\d{1,3}/).join(",").reverse
    end
  end
end
