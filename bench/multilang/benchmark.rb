# frozen_string_literal: true

require_relative "sentences"

module Bench
  # A bolt that is a program, against the same program without anybody in front of it.
  module Multilang
    # Where bin/setup puts pystorm.
    PYTHON_PATH = File.join(ROOT, "target/python")
    # One tuple in flight takes longer.
    SHARE_OF_ONE = 4
    TIMES = ->(ratio) { format("%.2f x", ratio) }

    module_function

    def redgale(tuples, *pending)
      Child.ruby(File.join(__dir__, "redgale.rb"), tuples, PYTHON_PATH, *pending)
    end

    def from_file(tuples)
      Child.ruby(File.join(__dir__, "from_file.rb"), tuples, PYTHON_PATH)
    end

    def measure(result, options)
      pystorm = File.join(PYTHON_PATH, "pystorm")
      raise Wrong, "#{pystorm} is missing: run bin/setup, which installs it" unless File.directory?(pystorm)

      file = against("from a file", options, Numbers.method(:percent)) { from_file(options[:tuples]) }
      one = against("one in flight", options, TIMES) { redgale(options[:tuples] / SHARE_OF_ONE, 1) }
      figures(result, file, one)
      result.note("Each run: #{Numbers.whole(options[:tuples])} sentences of #{Sentences::WORDS} words " \
                  "(with one in flight a quarter of them), each acked once, each word executed once. CPU seconds are " \
                  "those of both processes; the program alone took " \
                  "#{format('%.2f', Statistics.median(file.ours.map { |run| run['program_cpu'] }))}. " \
                  "#{`python3 --version`.strip}, pystorm 3.1.4.")
    end

    def figures(result, file, one)
      result.figure("sentences/s, share of the program fed from a file", Numbers.percent(file.ratio),
                    bar: ["at least 80.0 %", file.ratio >= 0.8])
      result.figure("sentences/s, times one tuple in flight", TIMES[one.ratio],
                    bar: ["at least 1.4 x", one.ratio >= 1.4])
      result.figure("sentences/s", Numbers.rate(file.median_of(file.ours)))
      result.table("Pairs, against the program fed from a file", file.rows)
      result.table("Pairs, against one tuple in flight", one.rows)
    end

    def against(name, options, shown, &other)
      ours = Pairs::Side.new("Redgale", -> { redgale(options[:tuples]) })
      theirs = Pairs::Side.new(name, other)
      pairs = Pairs.new(options[:pairs], ours, theirs, shown: shown) { |run| run["tuples"] / run["seconds"] }
      pairs.call do |*both|
        both.each { |run| Bench.agree("words", run["words"], run["tuples"] * Sentences::WORDS) if run["words"] }
      end
    end
  end

  define("multilang", "A bolt of pystorm at its defaults, against the same program fed from a file",
         pairs: 7, tuples: 60_000) { |result, options| Multilang.measure(result, options) }
end
