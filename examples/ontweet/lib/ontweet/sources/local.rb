# frozen_string_literal: true

require_relative "message"
require_relative "../json_lines"
require_relative "../request"
require_relative "../tweet"

module Ontweet
  module Sources
    # The server of this example: `GET /stream?track=ruby,storm` answers with a line of JSON for each tweet:
    # {"id": "17", "user": "ann", "text": "..."}.
    class Local
      # The server sends an empty line after a second of silence.
      STALL_TIMEOUT = 3

      # @param settings [Settings]
      def initialize(settings)
        @settings = settings
        @url = settings.url
      end

      # @return [Request]
      def request
        terms = @settings.track.terms
        query = terms.empty? ? {} : { "track" => terms.join(",") }
        headers = { "Accept" => "application/json", "Accept-Encoding" => "identity", "User-Agent" => "ontweet" }
        headers["Authorization"] = @settings.token if @settings.token
        Request.new(@url, "/stream", query: query, headers: headers)
      end

      # @return [JsonLines]
      def messages = JsonLines.new

      # @param line [String]
      # @return [Tweet]
      # @raise [InvalidMessage]
      def parse(line)
        message = Message.parse(line)
        Tweet.new(*%w[id user text].map { |key| Message.expect(message[key], key, String) })
      end

      # @param _tweet [Tweet]
      # @return [Boolean] whether it is about the terms: the server has seen to that
      def wanted?(_tweet) = true

      # @return [nil] nothing to do
      def prepare(_api) = nil

      # @return [Float]
      def stall_timeout = @settings.stall_timeout(STALL_TIMEOUT)
    end
  end
end
