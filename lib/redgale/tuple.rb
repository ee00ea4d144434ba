# frozen_string_literal: true

require "redgale/native"

module Redgale
  # What a bolt's handler gets: an immutable row of named values. It stays valid, and unchanged, for as long as it is
  # kept.
  #
  # @!method [](key)
  #   One value.
  #   @param key [Symbol, String, Integer] name or position of the field; a negative position counts from the end
  #   @return [Object] the value
  #   @raise [UnknownField] if the tuple has no such field
  #
  # @!method values
  #   @return [Array] all values, in the order of the fields; frozen
  #
  # @!method fields
  #   @return [Array<Symbol>] names of the values
  #
  # @!method component
  #   @return [String] id of the component that emitted it
  #
  # @!method stream
  #   @return [Symbol] name of the stream it was emitted on
  #
  # @!method task
  #   @return [Integer] id of the task that emitted it
  class Tuple
    # @return [Hash{Symbol => Object}] the values by field name
    def to_h
      fields.zip(values).to_h
    end

    # For pattern matching: `case tuple in {word:, count:}`.
    # @param keys [Array<Symbol>, nil] the names that are asked for; nil for all
    # @return [Hash{Symbol => Object}] the values by field name
    def deconstruct_keys(keys)
      keys ? to_h.slice(*keys) : to_h
    end

    # @return [Array] the values, for pattern matching by position
    def deconstruct
      values
    end

    # @return [String] its origin and values, for people
    def inspect
      pairs = to_h.map { |name, value| "#{name}: #{value.inspect}" }
      "#<Redgale::Tuple #{component}:#{stream} #{pairs.join(', ')}>"
    end
    alias to_s inspect
  end
end
