# frozen_string_literal: true

require "json"

module Ontweet
  module Sources
    # Reads JSON that somebody else has written.
    module Message
      module_function

      # @param text [String]
      # @return [Hash]
      # @raise [InvalidMessage]
      def parse(text)
        raise InvalidMessage, "not UTF-8" unless text.valid_encoding?

        value = JSON.parse(text)
        raise InvalidMessage, "not an object" unless value.is_a?(Hash)

        value
      rescue JSON::ParserError
        raise InvalidMessage, "not JSON"
      end

      # @param value [Object] of a place in a message
      # @param name [String] of that place
      # @param kind [Class]
      # @return [Object] the value
      # @raise [InvalidMessage] if it is not of that kind
      def expect(value, name, kind)
        return value if value.is_a?(kind)

        raise InvalidMessage, "#{name} is #{value.nil? ? "missing" : "no #{kind.name.downcase}"}"
      end

      # @param value [Object] list of hashtags, nil if there are none
      # @param key [String] of the tag in each
      # @return [Array<String>] what is well-formed in it
      def tags(value, key)
        Array(value).filter_map { |tag| tag[key] if tag.is_a?(Hash) && tag[key].is_a?(String) }
      end
    end
  end
end
