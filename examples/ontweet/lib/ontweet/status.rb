# frozen_string_literal: true

module Ontweet
  # What is known now, put together from what the spout and the tasks of the counting bolts tell.
  class Status
    # @param top [Integer] names that are kept of each kind
    def initialize(top)
      @top = top
      @counters = {}
      @tops = Hash.new { |kinds, kind| kinds[kind] = {} }
    end

    # @return [Hash{Symbol => Integer}] as the spout told last
    attr_accessor :counters

    # @param kind [String] "hashtags" or "users"
    # @param task [Integer] who tells; it has names that no other task has
    # @param top [Array<Array(String, Integer)>]
    # @return [void]
    def tell(kind, task, top)
      @tops[kind][task] = top
    end

    # @param kind [String]
    # @return [Array<Array(String, Integer)>] the most frequent names of all tasks
    def top(kind)
      @tops[kind].values.flatten(1).min_by(@top) { |name, count| [-count, name] }
    end
  end
end
