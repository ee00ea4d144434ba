# frozen_string_literal: true

module Ontweet
  module Server
    # What all connections have in common.
    class Shared
      # @return [Journal]
      attr_reader :journal
      # @return [Feed]
      attr_reader :feed
      # @return [TweetMaker]
      attr_reader :maker
      # @return [RuleStore]
      attr_reader :rules
      # @return [Float] seconds between two tweets
      attr_reader :pause

      # @param options [Options]
      # @param token [Token, nil]
      def initialize(options, token)
        @token = token if options.token_needed
        @needed = options.token_needed
        @faults = options.faults
        @journal = Journal.new(options.journal)
        @feed = Feed.new(options.tweets)
        @maker = TweetMaker.new(options.seed)
        @rules = RuleStore.new
        @pause = options.rate.zero? ? 0.0 : 1.0 / options.rate
        @asked = 0
      end

      # @param request [Http::Request]
      # @return [Boolean] whether it has the token, if one is needed
      def allowed?(request)
        return true unless @needed

        !@token.nil? && request.headers["authorization"] == @token.header
      end

      # @param query [Hash{String => String}] of a request
      # @return [Hash{Symbol => Integer}] the misbehaviour for its connection
      # @raise [Http::BadRequest]
      def faults(query)
        @faults.to_h do |name, every|
          asked = query.fetch(name.to_s, every.to_s)
          raise Http::BadRequest, "#{name} takes a whole number, not #{asked}" unless asked.match?(/\A\d+\z/)

          [name, asked.to_i]
        end
      end

      # @param faults [Hash{Symbol => Integer}]
      # @return [Boolean] whether this request is to be refused
      def refuse?(faults)
        @asked += 1
        faults[:refuse].positive? && (@asked % faults[:refuse]).zero?
      end

      # @param request [Http::Request]
      # @return [Track] what its client wants: the rules, a hashtag, or terms
      def track(request)
        return Track.new(rules.terms) if request.path.start_with?("/2/")
        return Track.new("##{request.query["tag"]}") if request.path.end_with?("/hashtag")

        Track.new(request.query["track"])
      end
    end
  end
end
