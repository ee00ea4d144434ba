# frozen_string_literal: true

module Bench
  # Runs two programs alternately, so that what else the machine does meets both, and compares them pair by pair.
  class Pairs
    # One program: a name for people, and a block that runs it once and returns its Hash.
    Side = Struct.new(:name, :run)

    attr_reader :ours, :theirs

    # @param count [Integer] pairs
    # @param ours [Side] what is measured
    # @param theirs [Side] what it is compared with
    # @param value [Proc] number of a program's Hash that is compared
    # @param shown [#call] writes a ratio
    def initialize(count, ours, theirs, shown: Numbers.method(:percent), &value)
      @count = count
      @sides = [ours, theirs]
      @shown = shown
      @value = value
      @ours = []
      @theirs = []
    end

    # @yieldparam ours [Hash] of a pair, to verify; raises if it is wrong
    # @yieldparam theirs [Hash]
    # @return [self]
    def call
      @count.times do |index|
        Bench.progress("pair #{index + 1} of #{@count}")
        # every second pair the other way round: neither side is always the first
        order = index.even? ? [0, 1] : [1, 0]
        pair = order.to_h { |side| [side, @sides[side].run.call] }
        yield pair[0], pair[1] if block_given?
        @ours << pair[0]
        @theirs << pair[1]
      end
      self
    end

    # @return [Float] median of one side's values
    def median_of(results)
      Statistics.median(values(results))
    end

    # @return [Float] median of the pairs' ratios
    def ratio
      Statistics.median(ratios)
    end

    # @return [Array<Array>] one row per pair and one of medians
    def rows
      names = @sides.map(&:name)
      head = ["pair", names[0], "CPU s", names[1], "CPU s ", "ratio", "per CPU s", "counts"]
      pairs = @ours.zip(@theirs, ratios, cpu_ratios).each_with_index.map do |(mine, other, *both), index|
        [index + 1, *cells(mine), *cells(other), *both.map(&@shown), "verified"]
      end
      [head, *pairs, medians]
    end

    private

    def values(results)
      results.map(&@value)
    end

    def ratios
      values(@ours).zip(values(@theirs)).map { |mine, other| mine / other }
    end

    # The same ratios by work per CPU second: near the others when nobody else was at work.
    def cpu_ratios
      @ours.zip(@theirs, ratios).map do |mine, other, ratio|
        ratio * (mine["seconds"] / mine["cpu"]) / (other["seconds"] / other["cpu"])
      end
    end

    def medians
      sides = [@ours, @theirs].flat_map do |results|
        [Numbers.rate(median_of(results)), format("%.2f", Statistics.median(results.map { |result| result["cpu"] }))]
      end
      ["median", *sides, @shown[ratio], @shown[Statistics.median(cpu_ratios)], ""]
    end

    def cells(result)
      [Numbers.rate(@value[result]), format("%.2f", result["cpu"])]
    end
  end
end
