# frozen_string_literal: true

module Bench
  # Word count through RedStorm's API against the same through Redgale's.
  module RedStorm
    # The text this many times over: a run takes 3 to 5 seconds.
    TIMES = 8

    module_function

    def program(name, text)
      Child.ruby(File.join(__dir__, "#{name}.rb"), text)
    end

    def pairs(options)
      Text.repeated(options[:times]) do |text|
        ours = Pairs::Side.new("RedStorm words", -> { program("red_storm", text) })
        theirs = Pairs::Side.new("Redgale words", -> { program("redgale", text) })
        Pairs.new(options[:pairs], ours, theirs) { |run| run["words"] / run["seconds"] }.call do |mine, other|
          Bench.agree("lines, words and digest of the counts", mine.values_at("lines", "words", "digest"),
                      other.values_at("lines", "words", "digest"))
        end
      end
    end
  end

  define("red_storm", "Word count through RedStorm's API, against Redgale's",
         pairs: 7, times: RedStorm::TIMES) do |result, options|
    pairs = RedStorm.pairs(options)
    result.figure("words/s, share of Redgale's API", Numbers.percent(pairs.ratio),
                  bar: ["at least 85.0 %", pairs.ratio >= 0.85])
    result.figure("words/s", Numbers.rate(pairs.median_of(pairs.ours)))
    result.table("Pairs", pairs.rows)
    run = pairs.ours.last
    result.note("Each run: #{Numbers.whole(run['lines'])} lines acked and told to `on_ack`, " \
                "#{Numbers.whole(run['words'])} words; sum of counts and digest of the sorted counts " \
                "(#{run['digest']}) are the same on both sides.")
  end
end
