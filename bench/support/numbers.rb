# frozen_string_literal: true

module Bench
  # Numbers as people read them.
  module Numbers
    module_function

    # 1234567 -> "1,234,567".
    def whole(value)
      value.round.to_s.reverse.scan(/\d{1,3}-?/).join(",").reverse
    end

    # Per second, in thousands or millions.
    def rate(value)
      return format("%.3f M/s", value / 1e6) if value >= 1e6

      value >= 1e5 ? format("%.1f k/s", value / 1e3) : "#{whole(value)}/s"
    end

    def percent(share)
      format("%.1f %%", share * 100)
    end

    def seconds(value)
      format("%.3f s", value)
    end

    def milliseconds(value)
      format("%.3f ms", value * 1e3)
    end

    def nanoseconds(value)
      format("%.0f ns", value * 1e9)
    end

    # A share of the first core; 1.20 is one core and a fifth.
    def cores(value)
      format("%.2f cores", value)
    end

    def mebibytes(bytes)
      format("%.1f MiB", bytes / 1024.0 / 1024)
    end
  end
end
