# frozen_string_literal: true

module Ontweet
  # The bearer token: knows how to be sent, and shows itself nowhere else. An exception's message may contain the
  # `inspect` of whatever it is about.
  class Token
    # The environment variable it comes from. Not a setting: those are printed and stand in the list of processes.
    VARIABLE = "ONTWEET_BEARER_TOKEN"

    # @param environment [Hash, ENV]
    # @return [Token, nil] nil if the variable is not set, or empty
    def self.from(environment)
      text = environment[VARIABLE].to_s.strip
      new(text) unless text.empty?
    end

    # @param text [String]
    def initialize(text)
      @header = "Bearer #{text}".freeze
    end

    # @return [String] value of the header Authorization
    attr_reader :header

    # @return [String] what may be seen of it
    def to_s = "[hidden]"
    alias inspect to_s
  end
end
