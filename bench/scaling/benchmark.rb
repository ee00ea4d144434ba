# frozen_string_literal: true

module Bench
  # Whether a tuple costs more when there is more of everything else.
  module Scaling
    FOLDER = __dir__
    # Growth of the cost per tuple that is allowed.
    MOST = 1.10

    # One program at several sizes, in turn, several times.
    class Ladder
      # @param sizes [Hash{String => Array}] arguments of the program by name of the size, the largest last
      def initialize(program, sizes, options)
        @sizes = sizes
        @tuples = options[:tuples]
        @rounds = Array.new(options[:pairs]) do |index|
          Bench.progress("#{program}, round #{index + 1} of #{options[:pairs]}")
          # every second round from the largest to the smallest
          order = index.even? ? sizes.keys : sizes.keys.reverse
          order.to_h { |size| [size, Child.ruby(File.join(FOLDER, program), @tuples, *sizes[size])] }
        end
      end

      # @param key [String] "cpu" or "seconds"
      # @return [Float] median over the rounds of largest / `from`
      def growth(key, from)
        Statistics.median(@rounds.map { |round| ratio(round, key, from) })
      end

      # One row per round and size.
      def rows
        head = ["round", "size", "time per tuple", "CPU per tuple", "GC per tuple", "CPU s",
                "largest / this: time", "CPU"]
        [head, *@rounds.each_with_index.flat_map { |round, index| @sizes.keys.map { |size| row(round, index, size) } }]
      end

      private

      def row(round, index, size)
        run = round[size]
        [index + 1, size, *%w[seconds cpu gc].map { |key| Numbers.nanoseconds(run[key] / @tuples) },
         format("%.2f", run["cpu"]), *%w[seconds cpu].map { |key| format("%.2f x", ratio(round, key, size)) }]
      end

      def ratio(round, key, from)
        round[@sizes.keys.last][key] / round[from][key]
      end
    end

    module_function

    def measure(result, options)
      tasks(result, options)
      roots(result, options)
      result.note("Each run: #{Numbers.whole(options[:tuples])} tuples acked; at the end exactly the held ones are " \
                  "pending. GC is part of time and CPU.")
    end

    def tasks(result, options)
      most = options[:tasks]
      pending = 64 * most
      name = "#{Numbers.whole(most)} tasks"
      sizes = { "1 task" => [1, 64], "2 tasks, #{Numbers.whole(pending)} pending" => [2, pending / 2],
                name => [most, 64] }
      ladder = Ladder.new("tasks.rb", sizes, options)
      figures(result, ladder, "1 task", "from 1 to #{name}")
      result.figure("CPU per tuple, from 2 to #{name}, #{Numbers.whole(pending)} pending in all",
                    format("%.2f x", ladder.growth("cpu", sizes.keys[1])))
      result.table("By number of tasks", ladder.rows)
    end

    def roots(result, options)
      name = "#{Numbers.whole(options[:roots])} roots"
      ladder = Ladder.new("roots.rb", { "10 roots" => [10], name => [options[:roots]] }, options)
      figures(result, ladder, "10 roots", "from 10 to #{name} pending")
      result.table("By number of pending roots", ladder.rows)
    end

    def figures(result, ladder, from, words)
      { "cpu" => "CPU", "seconds" => "time" }.each do |key, name|
        growth = ladder.growth(key, from)
        result.figure("#{name} per tuple, #{words}", format("%.2f x", growth), bar: ["at most 1.10 x", growth <= MOST])
      end
    end
  end

  define("scaling", "Cost per tuple with many tasks and many pending roots", pairs: 7, tuples: 3_000_000, tasks: 1000,
                                                                             roots: 1_000_000) do |result, options|
    Scaling.measure(result, options)
  end
end
