# frozen_string_literal: true

require "optparse"

module Ontweet
  module Server
    # What the server is asked to do, by its command line. The misbehaviour can be changed for a single connection by
    # the query of its request: `GET /stream?drop=10&stall=0`.
    class Options
      # Misbehaviour: each takes a number n and happens at every n-th tweet; 0 means never.
      FAULTS = {
        duplicate: "send an earlier tweet once more",
        invalid: "send a line that is not JSON",
        half: "send the first half of the tweet, then close the connection",
        drop: "close the connection after the tweet",
        stall: "send nothing more after the tweet until the client goes away",
        refuse: "answer with 503 (every n-th request for a stream, not tweet)"
      }.freeze

      # @return [Integer] port to listen on; 0: any that is free
      attr_reader :port
      # @return [Integer] tweets in all; 0: without end
      attr_reader :tweets
      # @return [Numeric] tweets a second; 0: as fast as they are taken
      attr_reader :rate
      # @return [Integer]
      attr_reader :seed
      # @return [Hash{Symbol => Integer}] see {FAULTS}
      attr_reader :faults
      # @return [String, nil] file that is told what was sent
      attr_reader :journal
      # @return [Boolean] whether requests need the bearer token
      attr_reader :token_needed
      # @return [Boolean] whether to end when stdin does
      attr_reader :until_stdin_ends

      # @param arguments [Array<String>] of the command line
      # @raise [OptionParser::ParseError]
      def initialize(arguments)
        @port = 0
        @tweets = 0
        @rate = 20
        @seed = 1
        @faults = FAULTS.transform_values { 0 }
        rest = parser.parse(arguments)
        raise OptionParser::NeedlessArgument, rest.first unless rest.empty?
      end

      # @return [OptionParser]
      def parser
        @parser ||= OptionParser.new do |parser|
          parser.banner = "usage: server.rb [options]"
          plain(parser)
          parser.separator("\nMisbehaviour; N = 0 (the default) is never:")
          FAULTS.each { |name, text| parser.on("--#{name} N", Count, text) { |n| @faults[name] = n } }
        end
      end

      # A whole number from 0.
      Count = Class.new
      OptionParser.accept(Count, /\A\d+\z/) { |text| Integer(text, 10) }

      private

      def plain(parser)
        parser.on("--port N", Count, "port on 127.0.0.1 (any that is free)") { |n| @port = n }
        parser.on("--tweets N", Count, "tweets in all, then 204; 0: without end (0)") { |n| @tweets = n }
        parser.on("--rate N", Float, "tweets a second; 0: as fast as they are taken (20)") { |n| @rate = n }
        parser.on("--seed N", Count, "other tweets for each seed (1)") { |n| @seed = n }
        parser.on("--journal FILE", "a line of JSON for each thing sent") { |file| @journal = file }
        parser.on("--token-needed", "401 without the token in #{Token::VARIABLE}") { @token_needed = true }
        parser.on("--until-stdin-ends", "end when stdin does") { @until_stdin_ends = true }
      end
    end
  end
end
