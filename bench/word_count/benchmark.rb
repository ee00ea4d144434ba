# frozen_string_literal: true

module Bench
  # Word count against a plain Ruby loop over the same lines.
  module WordCount
    FOLDER = __dir__
    # The text this many times over: a run takes 3 to 5 seconds.
    TIMES = 8

    module_function

    def redgale(classes, text)
      Child.ruby(File.join(FOLDER, "redgale.rb"), classes, text)
    end

    def plain(text)
      Child.ruby(File.join(FOLDER, "plain.rb"), text)
    end

    def rate(result)
      result["words"] / result["seconds"]
    end

    def measure(result, options, classes, bar:, stretch:)
      pairs = Text.repeated(options[:times]) do |text|
        ours = Pairs::Side.new("Redgale words", -> { redgale(classes, text) })
        theirs = Pairs::Side.new("plain words", -> { plain(text) })
        Pairs.new(options[:pairs], ours, theirs) { |run| rate(run) }.call do |mine, other|
          Bench.agree("lines, words and digest of the counts", mine.values_at("lines", "words", "digest"),
                      other.values_at("lines", "words", "digest"))
        end
      end
      report(result, pairs, bar, stretch)
    end

    def report(result, pairs, bar, stretch)
      result.figure("words/s, share of the plain loop", Numbers.percent(pairs.ratio),
                    bar: ["at least #{Numbers.percent(bar)}", pairs.ratio >= bar],
                    stretch: [Numbers.percent(stretch), pairs.ratio >= stretch])
      result.figure("words/s", Numbers.rate(pairs.median_of(pairs.ours)))
      result.table("Pairs", pairs.rows)
      run = pairs.ours.last
      result.note("Each run: #{Numbers.whole(run['lines'])} lines acked, #{Numbers.whole(run['words'])} words; every " \
                  "run's sum of counts and digest of the sorted counts (#{run['digest']}) equal the plain loop's.")
    end
  end

  define("word_count", "Word count, tuples, against a plain Ruby loop",
         pairs: 7, times: WordCount::TIMES) do |result, options|
    WordCount.measure(result, options, "classes", bar: 0.35, stretch: 0.45)
  end

  define("word_count_values", "Word count, values (on_values), against a plain Ruby loop",
         pairs: 7, times: WordCount::TIMES) do |result, options|
    WordCount.measure(result, options, "values_classes", bar: 0.45, stretch: 0.60)
  end
end
