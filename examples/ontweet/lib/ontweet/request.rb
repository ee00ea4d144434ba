# frozen_string_literal: true

require "net/http"
require "uri"

module Ontweet
  # A request as a value: `net_http` makes what is sent, `to_s` what may be shown.
  class Request
    # @param url [String] scheme, host and port
    # @param path [String]
    # @param query [Hash{String => String}] in the order they are sent
    # @param headers [Hash{String => String, Token}]
    # @param body [String, nil] with one it is a POST, else a GET
    def initialize(url, path, query: {}, headers: {}, body: nil)
      @method = body ? "POST" : "GET"
      @uri = URI.join(url, path)
      @uri.query = URI.encode_www_form(query) unless query.empty?
      @headers = headers
      @body = body
    end

    # @return [URI::HTTP]
    attr_reader :uri

    # @return [Net::HTTPRequest]
    def net_http
      request = (@body ? Net::HTTP::Post : Net::HTTP::Get).new(@uri)
      @headers.each { |name, value| request[name] = value.is_a?(Token) ? value.header : value }
      request.body = @body
      request
    end

    # @return [String] request line, headers and body, without the token
    def to_s
      lines = ["#{@method} #{@uri.request_uri} HTTP/1.1", "Host: #{@uri.host}"]
      lines.concat(@headers.map { |name, value| "#{name}: #{value}" })
      "#{lines.join("\n")}\n\n#{"#{@body}\n" if @body}"
    end
    alias inspect to_s
  end
end
