# frozen_string_literal: true

module Ontweet
  # Counts over a window that slides in steps: the window is a row of buckets, the newest takes what is counted now, and
  # each step drops the oldest. The sums are kept, so that a step costs as much as the bucket it drops.
  class SlidingCounts
    # @param buckets [Integer] steps that the window is long
    def initialize(buckets)
      raise ArgumentError, "a window has at least one bucket, not #{buckets.inspect}" unless buckets.to_i.positive?

      @buckets = Array.new(buckets.to_i) { Hash.new(0) }
      @sums = Hash.new(0)
    end

    # @param key [Object]
    # @return [Integer] its count in the window
    def add(key)
      @buckets.last[key] += 1
      @sums[key] += 1
    end

    # The window moves on by one bucket.
    # @return [void]
    def slide
      @buckets.shift.each do |key, count|
        @sums[key] -= count
        @sums.delete(key) if @sums[key].zero?
      end
      @buckets << Hash.new(0)
    end

    # @param number [Integer]
    # @return [Array<Array(Object, Integer)>] keys and counts, the most frequent first, equal ones by name
    def top(number)
      @sums.min_by(number) { |key, count| [-count, key] }
    end

    # @return [Integer] keys in the window
    def size = @sums.size
  end
end
