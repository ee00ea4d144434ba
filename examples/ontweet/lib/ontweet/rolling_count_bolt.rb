# frozen_string_literal: true

module Ontweet
  # Counts names over the last `ontweet.window` seconds, grouped by name. Every second the window slides, and the most
  # frequent names go out; they go out as well when the stream is done, so that the last figures are complete.
  class RollingCountBolt < Redgale::Bolt
    output_fields :kind, :task, :top
    tick every: 1

    # @param kind [String] what is counted, for those who read several of these bolts
    def initialize(kind:)
      super()
      @kind = kind
    end

    on_init { @counts = SlidingCounts.new(config["ontweet.window"]) }

    on_receive do |tuple|
      next result if tuple.stream == :done

      @counts.add(tuple[:name])
      nil
    end

    on_tick do
      emit result
      @counts.slide
    end

    private

    # Each task has the names that lead to it: the most frequent of all are among the most frequent of each.
    def result = [@kind, context.task_id, @counts.top(config["ontweet.top"])]
  end
end
