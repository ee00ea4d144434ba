# frozen_string_literal: true

module Ontweet
  module Server
    # The rules of the X API v2, as far as the example uses them: words that must all be there, hashtags, quotes.
    class RuleStore
      def initialize
        @rules = {}
        @last = 0
        @lock = Mutex.new
      end

      # @return [Hash] answer to GET .../rules
      def all = @lock.synchronize { { "data" => @rules.values, "meta" => { "result_count" => @rules.size } } }

      # @param change [Hash] body of POST .../rules
      # @return [Array(Integer, Hash)] status and answer
      def change(change)
        @lock.synchronize do
          if change["delete"]
            deleted = change["delete"]["ids"].count { |id| @rules.delete(id) }
            [200, { "meta" => { "summary" => { "deleted" => deleted } } }]
          else
            added = change.fetch("add").map { |rule| add(rule) }
            [201, { "data" => added, "meta" => { "summary" => { "created" => added.size } } }]
          end
        end
      end

      # @return [Array<String>] the terms of all rules
      def terms = @lock.synchronize { @rules.values.map { |rule| rule["value"].delete('"') } }

      private

      def add(rule)
        id = (@last += 1).to_s
        @rules[id] = { "id" => id, "value" => rule["value"], "tag" => rule["tag"] }
      end
    end
  end
end
