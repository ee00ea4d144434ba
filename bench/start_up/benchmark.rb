# frozen_string_literal: true

require "tmpdir"

module Bench
  # What a topology costs before it does anything: time to the first tuple, CPU and memory when idle, size on disk.
  module StartUp
    REDGALE = [RbConfig.ruby, "--disable=gems", File.join(ROOT, "exe/redgale"), "local"].freeze
    # Seconds to the first tuple, share of a core, bytes.
    FIRST = 0.3
    IDLE_CPU = 0.01
    IDLE_RSS = 60_000_000
    # Seconds an idle process is left alone before it is measured.
    SETTLE = 2

    module_function

    def measure(result, options)
      starts(result, Array.new(options[:runs]) { first_tuple })
      idle_figures(result, idle(options[:seconds]), options[:seconds])
      result.table("Sizes", sizes)
    end

    def starts(result, firsts)
      first = Statistics.median(firsts)
      result.figure("exec to first on_receive", Numbers.seconds(first), bar: ["within 0.3 s", first <= FIRST])
      result.figure("slowest of #{firsts.size} starts", Numbers.seconds(firsts.max))
      rows = firsts.each_with_index.map { |seconds, index| [index + 1, format("%.3f", seconds)] }
      result.table("Starts, in order", [%w[start seconds], *rows])
    end

    def idle_figures(result, idle, seconds)
      result.figure("idle CPU", format("%.2f %%", idle[:cpu] * 100), bar: ["below 1 %", idle[:cpu] < IDLE_CPU])
      result.figure("idle RSS", format("%.1f MB", idle[:rss] / 1e6), bar: ["below 60 MB", idle[:rss] < IDLE_RSS])
      result.note("`redgale local`, started as a shell would. Idle: a spout that has nothing, two bolts of two " \
                  "executors (#{idle[:threads]} threads), over #{seconds} s after #{SETTLE} s.")
    end

    # Seconds from just before the fork and exec to the first tuple.
    def first_tuple
      Dir.mktmpdir do |folder|
        mark = File.join(folder, "first")
        began = Process.clock_gettime(Process::CLOCK_MONOTONIC)
        start("topology.rb", "--set", "first=#{mark}") { |pid| ended(pid) }
        Float(File.read(mark)) - began
      end
    end

    def idle(seconds)
      start("idle.rb") do |pid|
        sleep SETTLE
        cpu = ProcStatus.cpu(pid)
        sleep seconds
        found = { cpu: (ProcStatus.cpu(pid) - cpu) / seconds, rss: ProcStatus.rss(pid),
                  threads: ProcStatus.threads(pid) }
        Process.kill("TERM", pid)
        ended(pid)
        found
      end
    end

    def start(file, *arguments)
      pid = Process.spawn(Child::ENVIRONMENT, *REDGALE, File.join(__dir__, file), *arguments,
                          in: File::NULL, out: File::NULL, err: File::NULL)
      yield pid
    end

    def ended(pid)
      _, status = Process.wait2(pid)
      raise Wrong, "redgale local ended with #{status}" unless status.success?
    end

    def sizes
      files = %w[redgale.so redgale-cli].map { |name| File.join(ROOT, "lib/redgale", name) }
      ruby = Dir[File.join(ROOT, "lib/**/*.rb")]
      [%w[part size], *files.map { |file| [File.basename(file), Numbers.mebibytes(File.size(file))] },
       ["#{ruby.size} Ruby files", Numbers.mebibytes(ruby.sum { |file| File.size(file) })]]
    end
  end

  define("start_up", "First tuple after exec, idle CPU and RSS, sizes",
         runs: 15, seconds: 10) { |result, options| StartUp.measure(result, options) }
end
