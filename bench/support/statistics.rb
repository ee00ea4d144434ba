# frozen_string_literal: true

module Bench
  # The few numbers made from many.
  module Statistics
    module_function

    def median(values)
      sorted = values.sort
      middle = sorted.size / 2
      sorted.size.odd? ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0
    end

    # The smallest value that at least `share` of all values do not exceed (nearest rank).
    def percentile(sorted, share)
      sorted[[(share * sorted.size).ceil - 1, 0].max]
    end
  end
end
