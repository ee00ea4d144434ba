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

      # @param change [Object] body of POST .../rules
      # @return [Array(Integer, Hash)] status and answer
      # @raise [Http::BadRequest]
      def change(change)
        change = {} unless change.is_a?(Hash)
        ids = change["delete"]["ids"] if change["delete"].is_a?(Hash)
        return delete(ids) if ids.is_a?(Array)
        return add(change["add"]) if change["add"].is_a?(Array) && change["add"].all?(Hash)

        raise Http::BadRequest, "neither rules to add nor ids to delete"
      end

      # @return [Array<String>] the terms of all rules
      def terms = @lock.synchronize { @rules.values.map { |rule| rule["value"].delete('"') } }

      private

      def delete(ids)
        deleted = @lock.synchronize { ids.count { |id| @rules.delete(id) } }
        [200, { "meta" => { "summary" => { "deleted" => deleted } } }]
      end

      def add(rules)
        added = @lock.synchronize { rules.map { |rule| add_one(rule) } }
        [201, { "data" => added, "meta" => { "summary" => { "created" => added.size } } }]
      end

      def add_one(rule)
        id = (@last += 1).to_s
        @rules[id] = { "id" => id, "value" => rule["value"].to_s, "tag" => rule["tag"] }
      end
    end
  end
end
