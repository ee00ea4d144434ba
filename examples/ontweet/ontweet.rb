# frozen_string_literal: true

# Counts hashtags and users of a stream of tweets, and shows the most frequent ones:
#
#   bin/ontweet                                       a server that comes with the example, and this
#   redgale local ontweet.rb 2>ontweet.log            with the settings below

require "redgale"
require_relative "lib/ontweet"

class OntweetTopology < Redgale::Topology
  spout Ontweet::TweetSpout

  bolt(Ontweet::SplitBolt, parallelism: 2) { source Ontweet::TweetSpout, :shuffle }

  bolt Ontweet::RollingCountBolt, id: :hashtag_counts, parallelism: 2, with: { kind: "hashtags" } do
    source Ontweet::SplitBolt, fields: [:name], stream: :hashtags
    source Ontweet::TweetSpout, :all, stream: :done
  end

  bolt Ontweet::RollingCountBolt, id: :user_counts, parallelism: 2, with: { kind: "users" } do
    source Ontweet::SplitBolt, fields: [:name], stream: :users
    source Ontweet::TweetSpout, :all, stream: :done
  end

  bolt(Ontweet::JournalBolt) { source Ontweet::SplitBolt, :global }

  bolt Ontweet::StatusBolt do
    source Ontweet::TweetSpout, :global, stream: :status
    source :hashtag_counts, :global
    source :user_counts, :global
  end

  configure do
    set "ontweet.source", "local"            # x, mastodon or local
    set "ontweet.url", nil                   # of the server; x has one of its own
    set "ontweet.track", nil                 # terms: ["ruby", "#storm"] or "ruby,#storm"
    set "ontweet.window", 60                 # seconds that are counted
    set "ontweet.top", 10                    # names that are shown
    set "ontweet.remembered_ids", 100_000    # to recognise duplicates
    set "ontweet.journal", nil               # file that gets a line for each tweet
    set "ontweet.stall_timeout", nil         # seconds of silence before a new connection; each source has its own
    set "ontweet.wait_factor", 1             # multiplies the waits before a new connection
  end
end
