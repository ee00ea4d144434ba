# frozen_string_literal: true

module Ontweet
  module Server
    # One connection: reads the request, answers it, closes.
    class Session
      # Seconds of silence after which a line is sent that says nothing.
      KEEP_ALIVE_EVERY = 1
      RULES = "/2/tweets/search/stream/rules"

      # @param http [Http]
      # @param shared [Shared] what all connections have in common
      def initialize(http, shared)
        @http = http
        @shared = shared
      end

      # @return [void]
      def serve
        request = @http.read
        status = respond(request) if request
        @shared.journal.write(:request, path: request.path, status: status) if status
      rescue Http::BadRequest, JSON::ParserError => e
        @http.answer(400, { "title" => "Bad Request", "detail" => e.message })
      rescue SystemCallError, IOError
        nil # the client has gone; what was not sent whole is sent to the next one
      ensure
        @http.close
      end

      private

      # @return [Integer, nil] the status; nil if a stream has told of itself
      def respond(request)
        return answer(401, { "title" => "Unauthorized", "detail" => "Unauthorized" }) unless @shared.allowed?(request)
        return rules(request) if request.path == RULES

        format = Formats::OF_PATH[request.path]
        format ? stream_or_not(format, request) : answer(404, { "title" => "Not Found" })
      end

      def rules(request)
        return answer(200, @shared.rules.all) if request.verb == "GET"

        answer(*@shared.rules.change(JSON.parse(request.body)))
      end

      def stream_or_not(format, request)
        faults = @shared.faults(request.query)
        return answer(204) if @shared.feed.finished?
        return answer(503, { "title" => "Service Unavailable" }) if @shared.refuse?(faults)

        stream(format, @shared.track(request), faults, request.path)
      end

      def answer(status, value = nil)
        @http.answer(status, value)
        status
      end

      def stream(format, track, faults, path)
        @shared.journal.write(:request, path: path, status: 200)
        @http.begin_chunks(format::TYPE)
        @http.chunk(format::KEEP_ALIVE)
        @format = format
        @track = track
        true while go_on?(step(faults))
      end

      # @return [Symbol, nil] what was done; nil if there is nothing more
      def step(faults)
        step = @shared.feed.take(faults) { |next_step| carry_out(next_step) }
        step&.action
      end

      def carry_out(step)
        tweet = @shared.maker.tweet(step.number)
        case step.action
        when :tweet then send_tweet(:tweet, tweet)
        when :duplicate then send_tweet(:duplicate, @shared.maker.tweet(@shared.maker.earlier(step.number)))
        when :half then half(tweet, step.number)
        when :invalid then @http.chunk(@format.invalid(step.number))
        end
        @shared.journal.write(step.action, number: step.number) unless %i[tweet duplicate half].include?(step.action)
      end

      def send_tweet(action, tweet)
        return unless @track.match?(tweet)

        @http.chunk(@format.tweet(tweet))
        @shared.journal.write(action, id: tweet.id, user: tweet.user, hashtags: tweet.hashtags)
      end

      # Cut off within a chunk, or after a whole chunk that holds half of the tweet.
      def half(tweet, number)
        bytes = @format.tweet(tweet)
        number.even? ? @http.half_chunk(bytes) : @http.chunk(bytes.byteslice(0, bytes.bytesize / 2))
        @shared.journal.write(:half, id: tweet.id)
      end

      def go_on?(action)
        case action
        when nil then @http.end_chunks && false
        when :half, :drop then false
        when :stall then @http.gone?(nil) && false
        else pause
        end
      end

      # Waits as long as the rate says, and keeps the connection alive meanwhile.
      def pause
        left = @shared.pause
        while left.positive?
          return false if @http.gone?([left, KEEP_ALIVE_EVERY].min)

          left -= KEEP_ALIVE_EVERY
          @http.chunk(@format::KEEP_ALIVE) if left.positive?
        end
        !@http.gone?(0)
      end
    end
  end
end
