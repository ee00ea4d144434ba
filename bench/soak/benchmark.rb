# frozen_string_literal: true

require "json"
require "tmpdir"

module Bench
  # Whether memory stays where it is: an endless word count at full speed.
  module Soak
    # Seconds between two samples.
    EVERY = 5
    # Growth allowed between the two minutes compared: 4 and 10 of 10.
    GROWTH = 0.05
    EARLY = 0.4
    COMMAND = [RbConfig.ruby, "--disable=gems", File.join(ROOT, "exe/redgale"), "local",
               File.join(__dir__, "topology.rb"), "--json"].freeze

    module_function

    def measure(result, options)
      minutes = options[:minutes]
      Dir.mktmpdir do |folder|
        account = File.join(folder, "account")
        samples, report = run(minutes * 60, account, File.join(folder, "out"))
        verify(report, JSON.parse(File.read(account)))
        figures(result, samples, report, minutes)
      end
    end

    # @return [Array] samples [seconds, RSS, CPU seconds] and the report of the run
    def run(seconds, account, out)
      pid = Process.spawn(Child::ENVIRONMENT, *COMMAND, "--set", "input=#{Text::SOURCE}", "--set", "account=#{account}",
                          in: File::NULL, out: out)
      samples = sample(pid, seconds)
      Process.kill("TERM", pid)
      status = Process.wait2(pid).last
      pid = nil
      raise Wrong, "redgale local ended with #{status}" unless status.success?

      [samples, JSON.parse(File.readlines(out).last)]
    ensure
      Process.kill("KILL", pid) if pid
    end

    def sample(pid, seconds)
      began = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      (1..(seconds / EVERY)).map do |number|
        sleep [began + (number * EVERY) - Process.clock_gettime(Process::CLOCK_MONOTONIC), 0].max
        Bench.progress("#{number * EVERY} s") if ((number * EVERY) % 60).zero?
        [number * EVERY, ProcStatus.rss(pid), ProcStatus.cpu(pid)]
      end
    end

    # The run drained, and every word of every line acked was counted once.
    def verify(report, account)
      lines = File.readlines(Text::SOURCE, chomp: true).map { |line| line.split.size }
      acked = report["acked"]
      words = ((acked / lines.size) * lines.sum) + lines.first(acked % lines.size).sum
      Bench.agree("state and failed tuples", report.values_at("state", "failed"), ["drained", 0])
      Bench.agree("pending tuples", report["pending"]["count"], 0)
      Bench.agree("words counted", account["words"], words)
    end

    def figures(result, samples, report, minutes)
      growth(result, samples, minutes)
      words = report["components"]["count_bolt"]["executed"]
      seconds, _, cpu = samples.last
      result.figure("highest RSS", Numbers.mebibytes(samples.map { |sample| sample[1] }.max))
      result.figure("words/s", Numbers.rate(words / report["seconds"]))
      result.figure("CPU", Numbers.cores(cpu / seconds))
      result.note("#{Numbers.whole(report['acked'])} lines acked, every word of them counted once; drained after " \
                  "TERM. RSS at a minute: median of the six samples that end there, one each #{EVERY} s.")
      result.table("Samples, by minute", rows(samples))
    end

    def growth(result, samples, minutes)
      early, late = [EARLY, 1.0].map { |share| at(samples, samples.last.first * share) }
      growth = (late.to_f / early) - 1
      bar = ["within 5 %", growth.abs <= GROWTH] if minutes >= 10
      result.figure("RSS growth, minute #{(minutes * EARLY).round(1)} to #{minutes}", format("%+.2f %%", growth * 100),
                    bar: bar)
      result.figure("RSS at these minutes", "#{Numbers.mebibytes(early)}, #{Numbers.mebibytes(late)}")
    end

    # RSS at a moment: single samples jump by what the garbage collector has not yet taken.
    def at(samples, seconds)
      Statistics.median(samples.select { |sample| sample.first <= seconds + (EVERY / 2.0) }.last(6).map { |s| s[1] })
    end

    def rows(samples)
      minutes = samples.group_by { |sample| (sample.first - 1) / 60 }.values
      [["minute", "RSS MiB, every #{EVERY} s"],
       *minutes.each_with_index.map do |group, index|
         [index + 1, group.map { |sample| format("%.1f", sample[1] / 1024.0 / 1024) }.join(" ")]
       end]
    end
  end

  define("soak", "Ten minutes of word count: memory", minutes: 10.0) { |result, options| Soak.measure(result, options) }
end
