# frozen_string_literal: true

module Bench
  # Blocking executors beside a CPU-bound one.
  module Blocking
    FOLDER = __dir__
    # Handlers of the CPU-bound bolt, in seconds, by name.
    SPINS = { "0.3 ms" => 0.0003, "15 ms" => 0.015 }.freeze
    # What the spout of the CPU-bound bolt keeps pending, in seconds of that bolt's work, and at least this many tuples.
    PENDING_SECONDS = 0.06
    LEAST_PENDING = 16

    # The runs of one round.
    class Round
      def initialize(seconds, rounds_per_second)
        @seconds = seconds
        @rounds_per_second = rounds_per_second
      end

      # Handlers per second by kind, and CPU seconds, of each case.
      def call
        cases = { "blocking alone" => [1, nil] }
        SPINS.each do |name, length|
          cases["#{name} alone"] = [0, length]
          cases["#{name} and blocking"] = [1, length]
        end
        cases.transform_values { |blocking, length| run(blocking, length) }
      end

      private

      def run(blocking, length)
        rounds = (length.to_f * @rounds_per_second).round
        pending = [(PENDING_SECONDS / (length || 1)).round, LEAST_PENDING].max
        found = Child.ruby(File.join(FOLDER, "topology.rb"), @seconds, blocking, rounds, pending)
        halves = found.values_at("sleep", "select").map(&:to_i)
        { "blocking" => halves.sum / @seconds.to_f, "halves" => halves, "spin" => found["spin"].to_i / @seconds.to_f,
          "cpu" => found["cpu"] }
      end
    end

    module_function

    def measure(result, options)
      per_second = Child.ruby(File.join(FOLDER, "spin.rb"))["rounds_per_second"]
      rounds = Array.new(options[:pairs]) do |index|
        Bench.progress("round #{index + 1} of #{options[:pairs]}")
        Round.new(options[:seconds], per_second).call
      end
      figures(result, rounds)
      result.table("Handlers per second, medians", summary(rounds))
      rounds.each_with_index { |round, index| result.table("Round #{index + 1}", rows(round)) }
      result.note("Handlers that ended within #{options[:seconds]} s, after a second of warm-up; all tuples acked. " \
                  "32 executors call sleep(0.010), 32 IO.select with that timeout: 6,400/s would be perfect. The " \
                  "CPU-bound handlers turn #{Numbers.whole(per_second * 0.0003)} and " \
                  "#{Numbers.whole(per_second * 0.015)} times, which takes 0.3 and 15 ms with nothing beside it.")
    end

    def figures(result, rounds)
      median = ->(name, kind = "blocking") { Statistics.median(rounds.map { |round| round[name][kind] }) }
      rate(result, "blocking, alone", median["blocking alone"], 5000)
      rate(result, "blocking, beside handlers of 0.3 ms", median["0.3 ms and blocking"], 4500)
      result.figure("that bolt, share of its speed alone", Numbers.percent(share(rounds, "0.3 ms")),
                    bar: ["at least 80 %", share(rounds, "0.3 ms") >= 0.8])
      rate(result, "blocking, beside handlers of 15 ms", median["15 ms and blocking"], 1200, 4500)
      result.figure("that bolt, share of its speed alone", Numbers.percent(share(rounds, "15 ms")))
    end

    def rate(result, name, rate, bar, stretch = nil)
      result.figure(name, Numbers.rate(rate), bar: ["at least #{Numbers.rate(bar)}", rate >= bar],
                                              stretch: stretch && [Numbers.rate(stretch), rate >= stretch])
    end

    # Speed of the CPU-bound bolt beside the blocking ones, median of the rounds' shares.
    def share(rounds, name)
      Statistics.median(rounds.map { |round| round["#{name} and blocking"]["spin"] / round["#{name} alone"]["spin"] })
    end

    def rows(round)
      [["case", "blocking", "of it sleep", "of it select", "CPU-bound", "CPU s", "counts"],
       *round.map do |name, found|
         halves = found["halves"].map { |count| Numbers.whole(count) }
         [name, Numbers.rate(found["blocking"]), *halves, Numbers.rate(found["spin"]), format("%.2f", found["cpu"]),
          "verified"]
       end]
    end

    def summary(rounds)
      [%w[case blocking CPU-bound],
       *rounds.first.keys.map do |name|
         [name, *%w[blocking spin].map { |kind| Numbers.rate(Statistics.median(rounds.map { |r| r[name][kind] })) }]
       end]
    end
  end

  define("blocking", "64 blocking executors, alone and beside a CPU-bound bolt",
         pairs: 7, seconds: 5) { |result, options| Blocking.measure(result, options) }
end
