# frozen_string_literal: true

# Everything the topology needs. The server has a file of its own, ontweet/server.rb.
module Ontweet
  # A setting or a message of the server that ends the topology: trying again would not help.
  class Error < StandardError; end

  # A whole message that is not what the API promises: counted, not processed.
  class InvalidMessage < StandardError; end
end

require_relative "ontweet/token"
require_relative "ontweet/settings"
require_relative "ontweet/source"
require_relative "ontweet/reader"
require_relative "ontweet/seen_ids"
require_relative "ontweet/hashtags"
require_relative "ontweet/sliding_counts"
require_relative "ontweet/status"
require_relative "ontweet/table"
require_relative "ontweet/screen"
require_relative "ontweet/tweet_spout"
require_relative "ontweet/split_bolt"
require_relative "ontweet/rolling_count_bolt"
require_relative "ontweet/journal_bolt"
require_relative "ontweet/status_bolt"
