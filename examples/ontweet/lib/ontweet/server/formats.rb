# frozen_string_literal: true

require "cgi"
require "json"

module Ontweet
  module Server
    # How tweets are written, in the format of each API that the server can speak.
    module Formats
      # {"id": "17", "user": "ann", "text": "..."} and a newline.
      module Local
        TYPE = "application/json"
        KEEP_ALIVE = "\n"

        def self.tweet(tweet) = "#{JSON.generate("id" => tweet.id, "user" => tweet.user, "text" => tweet.text)}\n"
        def self.invalid(number) = "{\"id\": \"#{number}\", \"user\":\n"
      end

      # As the filtered stream of the X API v2.
      module X
        TYPE = "application/json; charset=utf-8"
        KEEP_ALIVE = "\r\n"

        def self.tweet(tweet)
          text = CGI.escapeHTML(tweet.text)
          author = tweet.user.sum.to_s
          data = { "id" => tweet.id, "text" => text, "author_id" => author, "edit_history_tweet_ids" => [tweet.id],
                   "entities" => { "hashtags" => tweet.hashtags.map { |tag| hashtag(text, tag) } } }
          users = [{ "id" => author, "name" => tweet.user.capitalize, "username" => tweet.user }]
          "#{JSON.generate("data" => data, "includes" => { "users" => users })}\r\n"
        end

        def self.hashtag(text, tag)
          start = text.index("##{tag}")
          { "start" => start, "end" => start + tag.size + 1, "tag" => tag }
        end

        def self.invalid(number) = "{\"data\":{\"id\":\"#{number}\",\"text\":\r\n"
      end

      # As the streams of Mastodon.
      module Mastodon
        TYPE = "text/event-stream"
        KEEP_ALIVE = ":thump\n"

        def self.tweet(tweet)
          status = { "id" => tweet.id, "visibility" => "public", "content" => "<p>#{html(tweet)}</p>",
                     "account" => { "username" => tweet.user, "acct" => "#{tweet.user}@social.example" },
                     "tags" => tweet.hashtags.map { |tag| { "name" => tag.downcase, "url" => url(tag) } } }
          "event: update\ndata: #{JSON.generate(status)}\n\n"
        end

        def self.html(tweet)
          CGI.escapeHTML(tweet.text).gsub(/#([\p{L}\p{M}\p{N}_]++)(?!;)/) do
            tag = Regexp.last_match(1)
            "<a href=\"#{url(tag)}\" class=\"mention hashtag\">#<span>#{tag}</span></a>"
          end
        end

        def self.url(tag) = "https://social.example/tags/#{CGI.escape(tag.downcase)}"
        def self.invalid(number) = "event: update\ndata: {\"id\":\"#{number}\",\"content\":\n\n"
      end

      # By the path of the request.
      OF_PATH = { "/stream" => Local, "/2/tweets/search/stream" => X, "/api/v1/streaming/public" => Mastodon,
                  "/api/v1/streaming/hashtag" => Mastodon }.freeze
    end
  end
end
