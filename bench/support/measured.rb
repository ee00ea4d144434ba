# frozen_string_literal: true

require "digest"
require "json"

# What the measured programs share; they load this file and print one JSON object.
module Bench
  # Time and CPU time of a process, between two points.
  #
  # A topology starts it in `on_activate` of its spout, which the engine calls right before the first `on_send`, and
  # stops it in `on_close` of its spout, which the engine calls when the last tuple was acked: at most a few
  # milliseconds later, and that is counted against Redgale. Neither costs anything per tuple.
  module Measured
    class << self
      def start
        return if @started # on_activate of a second task

        check
        @gc = GC.stat(:time)
        @cpu = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
        @started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      end

      def stop
        @stopped = Process.clock_gettime(Process::CLOCK_MONOTONIC)
        @stopped_cpu = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
        @stopped_gc = GC.stat(:time)
      end

      def seconds
        @stopped - @started
      end

      def cpu_seconds
        @stopped_cpu - @cpu
      end

      # Seconds of it in garbage collection, as Ruby counts them: whole milliseconds.
      def gc_seconds
        (@stopped_gc - @gc) / 1e3
      end

      # Prints the result: times and `more`.
      def print(**more)
        puts JSON.generate({ seconds: seconds, cpu: cpu_seconds, gc: gc_seconds, **more })
        $stdout.flush
      end

      # Sum and digest of word counts: equal only for equal counts.
      def account(counts)
        lines = counts.sort.map { |word, count| "#{word} #{count}\n" }
        { words: counts.values.sum, digest: Digest::SHA256.hexdigest(lines.join)[0, 16] }
      end

      # Raises unless the process runs as the figures say: GC on, no JIT.
      def check
        raise "GC is off" if GC.disable.tap { |was_off| GC.enable unless was_off }
        raise "YJIT is on" if defined?(RubyVM::YJIT) && RubyVM::YJIT.enabled?
        raise "MJIT is on" if defined?(RubyVM::MJIT) && RubyVM::MJIT.enabled?
      end

      # Raises with the report unless the run finished with this many tuples acked and none failed.
      def verify(report, acked:)
        wrong = report["state"] != "finished" || report["acked"] != acked || report["failed"] != 0 ||
                report["pending"]["count"] != 0 || report["exit_code"] != 0
        raise "#{acked} acked tuples expected: #{report.except('pending')}" if wrong

        report
      end
    end
  end
end
