# frozen_string_literal: true

require "cgi"
require_relative "message"
require_relative "x_rules"
require_relative "../json_lines"
require_relative "../notice"
require_relative "../request"
require_relative "../tweet"

module Ontweet
  module Sources
    # The filtered stream of the X API v2. What is sent is decided by rules that are kept at X; here they are made of
    # the terms of `ontweet.track`.
    class X
      URL = "https://api.x.com"
      PATH = "/2/tweets/search/stream"
      # Fields that are asked for beside the id and the text, without which nobody knows who has written it.
      QUERY = { "tweet.fields" => "created_at,entities", "expansions" => "author_id",
                "user.fields" => "username" }.freeze
      # X sends an empty line every 20 seconds; half of that again for a bad connection.
      STALL_TIMEOUT = 30

      # @param settings [Settings]
      # @raise [Error] without token or terms
      def initialize(settings)
        @settings = settings
        raise Error, "the source x needs a bearer token in #{Token::VARIABLE}" unless settings.token
        raise Error, "the source x needs terms in ontweet.track: without rules X sends nothing" if
          settings.track.terms.empty?

        @url = settings.url(URL)
        @rules = XRules.new(settings.track.terms)
      end

      # @return [Request]
      def request = Request.new(@url, PATH, query: QUERY, headers: headers)

      # @return [JsonLines]
      def messages = JsonLines.new

      # @param line [String]
      # @return [Tweet, Notice, nil]
      # @raise [InvalidMessage]
      def parse(line)
        message = Message.parse(line)
        return tweet(message) if message.key?("data")
        return notice(message) if message.key?("errors") || message.key?("title")
      end

      # @param _tweet [Tweet]
      # @return [Boolean] whether it is about the terms: the server has seen to that
      def wanted?(_tweet) = true

      # Makes the rules at X those of the terms.
      # @param api [Api]
      # @return [void]
      def prepare(api)
        existing = api.call(rules_request)
        @rules.changes(existing).each { |change| XRules.check(api.call(rules_request(change))) }
      end

      # @param body [Hash, nil] a change; nil to ask for the rules
      # @return [Request]
      def rules_request(body = nil)
        more = body ? { "Content-Type" => "application/json" } : {}
        Request.new(@url, "#{PATH}/rules", headers: headers.merge(more), body: body && JSON.generate(body))
      end

      # @return [Float]
      def stall_timeout = @settings.stall_timeout(STALL_TIMEOUT)

      private

      def headers
        { "Authorization" => @settings.token, "Accept" => "application/json", "Accept-Encoding" => "identity",
          "User-Agent" => "ontweet" }
      end

      # The text is escaped for HTML; the author is an id, whose name is among the included users.
      def tweet(message)
        post = Message.expect(message["data"], "data", Hash)
        id, text = %w[id text].map { |key| Message.expect(post[key], "data.#{key}", String) }
        entities = post["entities"].is_a?(Hash) ? post["entities"] : {}
        Tweet.new(id, author(post, message), CGI.unescapeHTML(text), Message.tags(entities["hashtags"], "tag"))
      end

      def author(post, message)
        included = message["includes"].is_a?(Hash) ? message["includes"] : {}
        users = Array(included["users"]).grep(Hash)
        user = users.find { |candidate| candidate["id"] == post["author_id"] } || {}
        name = user["username"] || post["author_id"]
        Message.expect(name, "author_id", String)
      end

      def notice(message)
        errors = Array(message["errors"] || [message]).grep(Hash)
        Notice.new(errors.map { |error| error.values_at("title", "detail").compact.join(": ") }.join("; "))
      end
    end
  end
end
