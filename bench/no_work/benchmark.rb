# frozen_string_literal: true

module Bench
  # What the engine costs when handlers do nothing.
  module NoWork
    FOLDER = __dir__
    BAR = 0.30
    STRETCH = 0.50

    module_function

    def measure(result, options)
      plain = compare(options)
      with_ack = compare(options, "on_ack")
      result.figure("tuples/s, share of the plain loop", Numbers.percent(plain.ratio),
                    bar: ["at least #{Numbers.percent(BAR)}", plain.ratio >= BAR],
                    stretch: [Numbers.percent(STRETCH), plain.ratio >= STRETCH])
      result.figure("the same with on_ack defined", Numbers.percent(with_ack.ratio))
      result.figure("tuples/s", Numbers.rate(plain.median_of(plain.ours)))
      result.table("Pairs", plain.rows)
      result.table("Pairs with on_ack defined (the plain loop has none)", with_ack.rows)
      result.note("Each run: #{Numbers.whole(options[:tuples])} tuples, acked and executed exactly once.")
    end

    def compare(options, *variant)
      tuples = options[:tuples]
      ours = Pairs::Side.new("Redgale", -> { Child.ruby(File.join(FOLDER, "redgale.rb"), tuples, *variant) })
      theirs = Pairs::Side.new("plain", -> { Child.ruby(File.join(FOLDER, "plain.rb"), tuples) })
      pairs = Pairs.new(options[:pairs], ours, theirs) { |run| run["tuples"] / run["seconds"] }
      pairs.call { |*both| both.each { |run| Bench.agree("tuples", run["tuples"], tuples) } }
    end
  end

  define("no_work", "Spout to bolt without work, tracked integers, against a plain Ruby loop",
         pairs: 7, tuples: 5_000_000) { |result, options| NoWork.measure(result, options) }
end
