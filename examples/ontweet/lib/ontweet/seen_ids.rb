# frozen_string_literal: true

module Ontweet
  # The last ids, to recognise what is sent twice: by a server that repeats what might have been missed, or after a
  # reconnect. Bounded: an id that comes again after `limit` others is new.
  class SeenIds
    # @param limit [Integer] ids that are remembered
    def initialize(limit)
      @limit = limit
      @ids = {}
    end

    # @param id [String]
    # @return [Boolean] whether it is new; it is remembered from now on
    def add?(id)
      return false if @ids.key?(id)

      @ids[id] = true
      @ids.shift if @ids.size > @limit
      true
    end

    # @return [Integer] ids remembered now
    def size = @ids.size
  end
end
