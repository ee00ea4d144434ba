# frozen_string_literal: true

require "json"

module Ontweet
  module Server
    # Writes down what was done, a line of JSON for each, when it was done: {"did": "tweet", "id": "1000000000017"}. A
    # tweet that stands here was sent whole.
    class Journal
      # @param file [String, nil] nil: nothing is written
      def initialize(file)
        @file = file && File.open(file, "w")
        @lock = Mutex.new
      end

      # @param did [Symbol, String]
      # @param details [Hash]
      # @return [void]
      def write(did, **details)
        return unless @file

        line = JSON.generate({ did: did, **details })
        @lock.synchronize do
          @file.write("#{line}\n")
          @file.flush
        end
      end
    end
  end
end
