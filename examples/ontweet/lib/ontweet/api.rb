# frozen_string_literal: true

require "json"
require_relative "connection"

module Ontweet
  # Requests that are answered at once with JSON, for {Source}'s `prepare`.
  class Api
    # @param connection [Connection]
    def initialize(connection)
      @connection = connection
    end

    # @param request [Request]
    # @return [Hash] the answer
    # @raise [Failure, Error]
    def call(request)
      answer = JSON.parse(@connection.call(request))
      raise Failure.new("the server answers with JSON that is no object", kind: :http) unless answer.is_a?(Hash)

      answer
    rescue JSON::ParserError
      raise Failure.new("the server answers with something that is not JSON", kind: :http)
    end
  end
end
