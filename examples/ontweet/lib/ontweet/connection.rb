# frozen_string_literal: true

require_relative "failure"

module Ontweet
  # HTTP connections, each for one request. Only here, and in the server, is anything sent or received.
  class Connection
    # Seconds to make a connection; also for the whole of an answer that is no stream.
    OPEN_TIMEOUT = 10

    # @param stall_timeout [Numeric] seconds of silence after which a connection counts as dead
    def initialize(stall_timeout)
      @stall_timeout = stall_timeout
    end

    # Reads a stream until it ends.
    # @param request [Request]
    # @yieldparam bytes [String] as they come, chunks already decoded; nil once, when the server has accepted
    # @return [Symbol] :ended, or :finished if the server says that there is nothing more, ever (204, as for
    #   server-sent events)
    # @raise [Failure] if it broke, or was not made
    # @raise [Error] if trying again would not help
    def stream(request, &block)
      exchange(request, @stall_timeout) do |answer|
        next :finished if answer.code == "204"
        raise Failure.of_answer(answer.code.to_i, answer, beginning(answer)) unless answer.code == "200"

        yield nil
        answer.read_body(&block)
        :ended
      end
    end

    # @param request [Request]
    # @return [String] body of the answer
    # @raise [Failure, Error]
    def call(request)
      exchange(request, OPEN_TIMEOUT) do |answer|
        raise Failure.of_answer(answer.code.to_i, answer, beginning(answer)) unless answer.code.start_with?("2")

        answer.read_body.to_s
      end
    end

    private

    # net/http itself would send a GET a second time when the connection breaks, and nobody would count that.
    def exchange(request, read_timeout)
      uri = request.uri
      options = { use_ssl: uri.scheme == "https", open_timeout: OPEN_TIMEOUT, read_timeout: read_timeout,
                  max_retries: 0 }
      Net::HTTP.start(uri.hostname, uri.port, options) do |http|
        http.request(request.net_http) { |answer| return yield(answer) }
      end
    rescue *Failure::NETWORK => e
      raise Failure.of(e)
    end

    # The first words of an answer that is an error, for the log.
    def beginning(answer)
      text = String.new
      answer.read_body { |bytes| (text << bytes).bytesize > 300 ? break : nil }
      text.byteslice(0, 300).force_encoding(Encoding::UTF_8).scrub.gsub(/\s+/, " ")
    end
  end
end
