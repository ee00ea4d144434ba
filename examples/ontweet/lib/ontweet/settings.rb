# frozen_string_literal: true

require "uri"
require_relative "track"

module Ontweet
  # What the configuration says about the stream, checked: `ontweet.source`, `.url`, `.track`, `.stall_timeout`,
  # `.wait_factor`, and the bearer token.
  class Settings
    # @param config [Hash{String => Object}] of the spout
    # @param environment [Hash, ENV] for the token
    def initialize(config, environment = ENV)
      @config = config
      @token = Token.from(environment)
    end

    # @return [Token, nil]
    attr_reader :token

    # @return [String] name of the source
    def source = @config["ontweet.source"].to_s

    # @return [Track]
    def track = @track ||= Track.new(@config["ontweet.track"])

    # @param default [String, nil] of the source
    # @return [String] scheme, host and port
    # @raise [Error]
    def url(default = nil)
      text = @config["ontweet.url"] || default || raise(Error, "the source #{source} needs ontweet.url")
      uri = URI.parse(text)
      raise Error, "ontweet.url: an http or https URL, not #{text}" unless uri.is_a?(URI::HTTP) && uri.host

      raise Error, "ontweet.url: no user or password in it; it is logged" if uri.userinfo

      refuse_to_tell_everybody(uri) if token
      text
    rescue URI::InvalidURIError
      raise Error, "ontweet.url: an http or https URL, not #{text}"
    end

    # @param default [Numeric] of the source
    # @return [Float] seconds of silence after which a connection counts as dead
    # @raise [Error]
    def stall_timeout(default) = positive("ontweet.stall_timeout", default)

    # @return [Float] what the waits before a new connection are multiplied by
    # @raise [Error]
    def wait_factor = positive("ontweet.wait_factor", 1)

    private

    def positive(key, default)
      value = @config[key] || default
      raise Error, "#{key}: a number above 0, not #{value.inspect}" unless value.is_a?(Numeric) && value.positive?

      value.to_f
    end

    def refuse_to_tell_everybody(uri)
      return if uri.scheme == "https" || %w[127.0.0.1 ::1 [::1] localhost].include?(uri.host)

      raise Error, "ontweet.url: the bearer token is sent by https only, and #{uri.host} is not this machine"
    end
  end
end
