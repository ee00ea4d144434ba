# frozen_string_literal: true

require "net/http"
require "openssl"

module Ontweet
  # Why there is no connection (any more), for {Backoff} and the log: a failure that may pass. One that cannot is an
  # {Error}.
  class Failure < StandardError
    # What may go wrong below HTTP; EOFError is an IOError.
    NETWORK = [SystemCallError, IOError, SocketError, Timeout::Error, OpenSSL::SSL::SSLError, Net::ProtocolError,
               Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError].freeze

    # Statuses that say "too often": 420 is what Twitter's first API answered.
    TOO_OFTEN = [420, 429].freeze

    # @return [Symbol] :network, :http or :rate_limited
    attr_reader :kind

    # @return [Float] seconds that the server asks to wait, 0 if it does not say
    attr_reader :retry_after

    # @param message [String]
    # @param kind [Symbol]
    # @param retry_after [Numeric] seconds
    # @param stalled [Boolean]
    def initialize(message, kind: :network, retry_after: 0, stalled: false)
      super(message)
      @stalled = stalled
      @kind = kind
      @retry_after = retry_after.to_f
    end

    # @return [Boolean] whether the server was silent for too long
    def stalled? = @stalled

    # @param error [Exception] one of {NETWORK}
    # @return [Failure]
    def self.of(error)
      return new("nothing came for too long", stalled: true) if error.is_a?(Net::ReadTimeout)

      return new("the connection broke") if error.is_a?(EOFError)

      new("#{error.class}: #{error.message}")
    end

    # @param status [Integer] of an answer that is no stream
    # @param headers [Net::HTTPHeader, Hash{String => String}] `retry-after` in seconds, `x-rate-limit-reset` as a time
    # @param body [String] what it says
    # @param now [Time]
    # @return [Failure, Error]
    def self.of_answer(status, headers, body, now: Time.now)
      message = "the server answers #{status}#{": #{body.strip}" unless body.strip.empty?}"
      if TOO_OFTEN.include?(status)
        new(message, kind: :rate_limited, retry_after: asked(headers, now))
      elsif status == 408 || status >= 500
        new(message, kind: :http, retry_after: asked(headers, now))
      else
        Error.new("#{message}#{hint(status, headers)}")
      end
    end

    # @api private
    def self.asked(headers, now)
      return headers["retry-after"].to_i if headers["retry-after"].to_s.match?(/\A\d+\z/)

      [headers["x-rate-limit-reset"].to_i - now.to_i, 0].max
    end

    # @api private
    def self.hint(status, headers)
      case status
      when 300..399 then " (it has moved to #{headers["location"]}; set ontweet.url)"
      when 401, 403 then " (the bearer token comes from the environment variable #{Token::VARIABLE})"
      end
    end
    private_class_method :asked, :hint
  end
end
