# frozen_string_literal: true

module Bench
  # What a test costs that is driven by the testing kit.
  module TestingKit
    # Seconds.
    EXAMPLE = 0.050
    TEN_MINUTES = 0.100

    module_function

    def measure(result, options)
      runs = Array.new(options[:runs]) { Child.ruby(File.join(__dir__, "tests.rb"), timeout: 60) }
      median = ->(key) { Statistics.median(runs.map { |run| run[key] }) }
      figures(result, median, runs)
      result.table("Runs, in order (milliseconds)", [%w[run first later fed idle], *rows(runs)])
      result.note("Each run is a process. `first` is its first example, after everything is loaded; `later` the " \
                  "median of the 20 after it; `fed` and `idle` are simulations of ten minutes.")
    end

    def figures(result, median, runs)
      first = median["first"]
      result.figure("first example after load", Numbers.milliseconds(first), bar: ["below 50 ms", first < EXAMPLE])
      result.figure("a further example", Numbers.milliseconds(Statistics.median(runs.flat_map { |run| run["later"] })))
      { "fed" => "10 simulated minutes, fed every 10 s", "idle" => "10 simulated minutes, an idle spout" }
        .each do |key, words|
        value = median[key]
        result.figure(words, Numbers.milliseconds(value), bar: ["below 100 ms", value < TEN_MINUTES])
      end
    end

    def rows(runs)
      runs.each_with_index.map do |run, index|
        values = [run["first"], Statistics.median(run["later"]), run["fed"], run["idle"]]
        [index + 1, *values.map { |seconds| format("%.2f", seconds * 1e3) }]
      end
    end
  end

  define("testing_kit", "Tests driven by the testing kit",
         runs: 7) { |result, options| TestingKit.measure(result, options) }
end
