# frozen_string_literal: true

require "etc"

module Bench
  # What the kernel says of a running process.
  module ProcStatus
    TICKS = Etc.sysconf(Etc::SC_CLK_TCK).to_f

    module_function

    # @return [Integer] resident bytes
    def rss(pid)
      File.read("/proc/#{pid}/status")[/^VmRSS:\s+(\d+)/, 1].to_i * 1024
    end

    # @return [Float] CPU seconds of all its living threads so far, by the scheduler's account; where that is missing,
    #   by the clock ticks of the process
    def cpu(pid)
      accounts = Dir["/proc/#{pid}/task/*/schedstat"]
      return accounts.sum { |file| File.read(file).to_i } / 1e9 if accounts.any?

      fields = File.read("/proc/#{pid}/stat").rpartition(") ").last.split
      (fields[11].to_i + fields[12].to_i) / TICKS
    end

    # @return [Integer] number of threads
    def threads(pid)
      File.read("/proc/#{pid}/status")[/^Threads:\s+(\d+)/, 1].to_i
    end
  end
end
