# frozen_string_literal: true

require "json"
require "uri"

module Ontweet
  module Server
    # As much of HTTP/1.1 as the server needs: one request a connection, answers with a length or in chunks.
    class Http
      # Bytes of a line, and of a body, of a request.
      LONGEST = 65_536
      # @!attribute headers
      #   @return [Hash{String => String}] names in lower case
      Request = Struct.new(:verb, :path, :query, :headers, :body)
      # What a client must not send.
      class BadRequest < StandardError; end

      REASONS = { 200 => "OK", 201 => "Created", 204 => "No Content", 400 => "Bad Request", 401 => "Unauthorized",
                  404 => "Not Found", 503 => "Service Unavailable" }.freeze

      # @param socket [TCPSocket]
      def initialize(socket)
        @socket = socket
        @socket.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
      end

      # @return [Request, nil] nil if the client has gone
      # @raise [BadRequest]
      def read
        verb, target, version = line&.split
        return unless verb
        raise BadRequest, "no HTTP/1.1" unless version&.start_with?("HTTP/1.")

        path, query = target.split("?", 2)
        headers = read_headers
        length = Integer(headers.fetch("content-length", "0"), 10)
        raise BadRequest, "too long" if length > LONGEST

        Request.new(verb, path, URI.decode_www_form(query.to_s).to_h, headers, @socket.read(length))
      rescue ArgumentError => e
        raise BadRequest, e.message
      end

      # @param status [Integer]
      # @param value [Object, nil] the body, as JSON
      def answer(status, value = nil)
        body = value.nil? ? "" : JSON.generate(value)
        type = { "Content-Type" => "application/json", "Content-Length" => body.bytesize }
        @socket.write(head(status, status == 204 ? {} : type) + body)
      end

      # Begins an answer in chunks.
      # @param type [String]
      def begin_chunks(type)
        @socket.write(head(200, { "Content-Type" => type, "Transfer-Encoding" => "chunked" }))
      end

      # @param bytes [String] a chunk
      def chunk(bytes) = @socket.write("#{bytes.bytesize.to_s(16)}\r\n#{bytes}\r\n")

      # The first half of what would have been a chunk.
      # @param bytes [String]
      def half_chunk(bytes)
        @socket.write("#{bytes.bytesize.to_s(16)}\r\n#{bytes.byteslice(0, bytes.bytesize / 2)}")
      end

      def end_chunks = @socket.write("0\r\n\r\n")

      # @param seconds [Numeric, nil] nil: without limit
      # @return [Boolean] whether the client goes away in this time
      def gone?(seconds = 0) = !@socket.wait_readable(seconds).nil?

      def close = @socket.close

      private

      def line
        text = @socket.gets("\n", LONGEST)
        raise BadRequest, "too long" if text && !text.end_with?("\n")

        text&.chomp
      end

      def read_headers
        headers = {}
        while (text = line) && !text.empty?
          name, value = text.split(":", 2)
          headers[name.downcase] = value.to_s.strip
          raise BadRequest, "too many headers" if headers.size > 100
        end
        headers
      end

      def head(status, headers)
        lines = headers.map { |name, value| "#{name}: #{value}\r\n" }.join
        "HTTP/1.1 #{status} #{REASONS.fetch(status)}\r\nConnection: close\r\n#{lines}\r\n"
      end
    end
  end
end
