# frozen_string_literal: true

module Bench
  # How long a tuple takes at a rate far below what is possible.
  module Latency
    FILE = File.join(__dir__, "topology.rb")
    # Highest values allowed, in seconds; and cores.
    P50 = 0.0003
    P99 = 0.001
    CORES = 0.6
    COLUMNS = %w[mean p50 p90 p99 p999 max].freeze

    module_function

    def measure(result, options)
      runs = Array.new(options[:runs]) do |index|
        Bench.progress("run #{index + 1} of #{options[:runs]}")
        Child.ruby(FILE, options[:rate], options[:seconds], timeout: options[:seconds] + 60)
      end
      figures(result, runs)
      result.table("Runs", rows(runs))
      result.note("#{Numbers.whole(options[:rate])} tuples/s offered for #{options[:seconds]} s, " \
                  "#{Numbers.whole(runs.first['tuples'])} tuples per run, every one acked and its latency kept.")
    end

    def figures(result, runs)
      median = ->(key) { Statistics.median(runs.map { |run| run[key] }) }
      cores = Statistics.median(runs.map { |run| cores(run) })
      result.figure("p50", Numbers.milliseconds(median["p50"]), bar: ["below 0.3 ms", median["p50"] < P50])
      result.figure("p99", Numbers.milliseconds(median["p99"]), bar: ["below 1 ms", median["p99"] < P99])
      result.figure("max", Numbers.milliseconds(median["max"]))
      result.figure("CPU", Numbers.cores(cores), bar: ["at most 0.6", cores <= CORES])
    end

    def cores(run)
      run["cpu"] / run["seconds"]
    end

    def rows(runs)
      [["run", *COLUMNS, "CPU s", "cores", "counts"],
       *runs.each_with_index.map do |run, index|
         [index + 1, *COLUMNS.map { |key| Numbers.milliseconds(run[key]) }, format("%.2f", run["cpu"]),
          format("%.2f", cores(run)), "verified"]
       end]
    end
  end

  define("latency", "Latency at 10,000 tuples/s: Ruby spout, two Ruby bolts, read in on_ack",
         runs: 3, rate: 10_000, seconds: 60) { |result, options| Latency.measure(result, options) }
end
