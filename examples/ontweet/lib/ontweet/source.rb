# frozen_string_literal: true

require_relative "sources/x"
require_relative "sources/mastodon"
require_relative "sources/local"

module Ontweet
  # A source knows one streaming API: what to ask for, how the answer is cut into messages, and what a message means. It
  # has no connection and no state: the same messages always mean the same. Each has
  #
  # - `request`: the {Request} of the stream;
  # - `messages`: a new buffer that cuts what is received into messages ({JsonLines}, {ServerSentEvents});
  # - `parse(message)`: a {Tweet}, a {Notice}, or nil for what is neither; raises {InvalidMessage};
  # - `wanted?(tweet)`: whether it is about the terms of `ontweet.track`;
  # - `prepare(api)`: what must be done before the first connection, by an {Api};
  # - `stall_timeout`: seconds of silence after which the connection counts as dead.
  module Source
    # By their names in `ontweet.source`.
    ALL = { "x" => Sources::X, "mastodon" => Sources::Mastodon, "local" => Sources::Local }.freeze

    # @param settings [Settings]
    # @return [Sources::X, Sources::Mastodon, Sources::Local]
    # @raise [Error] if there is none of this name
    def self.of(settings)
      source = ALL.fetch(settings.source) do
        raise Error, "ontweet.source: unknown source `#{settings.source}`; there are #{ALL.keys.join(", ")}"
      end
      source.new(settings)
    end
  end
end
