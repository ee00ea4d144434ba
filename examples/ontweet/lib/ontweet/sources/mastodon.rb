# frozen_string_literal: true

require_relative "message"
require_relative "../html"
require_relative "../notice"
require_relative "../request"
require_relative "../server_sent_events"
require_relative "../tweet"

module Ontweet
  module Sources
    # The public streams of a Mastodon server. There is one for a single hashtag; for other terms the stream of all
    # public posts is read, and what does not match is left out here.
    class Mastodon
      PATH = "/api/v1/streaming/public"
      HASHTAG_PATH = "/api/v1/streaming/hashtag"
      # Mastodon sends a comment line every 15 seconds.
      STALL_TIMEOUT = 30

      # @param settings [Settings]
      def initialize(settings)
        @settings = settings
        @url = settings.url
      end

      # @return [Request]
      def request
        headers = { "Accept" => "text/event-stream", "Accept-Encoding" => "identity", "User-Agent" => "ontweet" }
        headers = { "Authorization" => @settings.token, **headers } if @settings.token
        hashtag = @settings.track.only_hashtag
        return Request.new(@url, PATH, headers: headers) unless hashtag

        Request.new(@url, HASHTAG_PATH, query: { "tag" => hashtag }, headers: headers)
      end

      # @return [ServerSentEvents]
      def messages = ServerSentEvents.new

      # A post that was edited comes again as `status.update`, with its id: it has been counted.
      # @param event [ServerSentEvents::Event]
      # @return [Tweet, nil]
      # @raise [InvalidMessage]
      def parse(event)
        return unless event.name == "update"

        status = Message.parse(event.data)
        id, html = %w[id content].map { |key| Message.expect(status[key], key, String) }
        user = Message.expect(Message.expect(status["account"], "account", Hash)["acct"], "account.acct", String)
        Tweet.new(id, user, Html.text(html), Message.tags(status["tags"], "name"))
      end

      # @param tweet [Tweet]
      # @return [Boolean] whether it is about the terms
      def wanted?(tweet) = !@settings.track.only_hashtag.nil? || @settings.track.match?(tweet)

      # @return [nil] nothing to do
      def prepare(_api) = nil

      # @return [Float]
      def stall_timeout = @settings.stall_timeout(STALL_TIMEOUT)
    end
  end
end
