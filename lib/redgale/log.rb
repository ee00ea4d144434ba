# frozen_string_literal: true

module Redgale
  # Log lines of components; they go to stderr with the engine's, below the level of `--log`.
  #
  # @example in a component
  #   log.info "connected"
  #   log.debug { "expensive #{inspect}" }
  class Log
    # Levels, most severe first.
    LEVELS = %w[error warn info debug trace].freeze

    class << self
      # Sends log lines to stderr from now on.
      # @param filter [String] as of `--log`
      # @raise [ArgumentError] if it cannot be read
      # @api private
      def start(filter)
        Native.start_log(filter)
        @filter = filter
      end

      # @param level [String] one of {LEVELS}
      # @return [Boolean] whether lines of this level are shown
      def enabled?(level)
        shown = shown_level
        !shown.nil? && LEVELS.index(level) <= shown
      end

      private

      # What the filter says of this library, else of everything.
      def shown_level
        parts = @filter.to_s.split(",").map { |part| part.downcase.delete(" ").rpartition("=") }
        word = ["redgale", ""].filter_map { |target| parts.reverse.assoc(target)&.last }.first
        LEVELS.index(word)
      end
    end

    # @param component [String] id shown beside each line
    def initialize(component)
      @component = component
    end

    # @!method error(message = nil)
    #   Something was lost, or needs a human.
    #   @param message [Object] the text; or a block that gives it
    #   @return [nil]
    # @!method warn(message = nil)
    #   Unexpected, but nothing was lost.
    #   @param message [Object] the text; or a block that gives it
    #   @return [nil]
    # @!method info(message = nil)
    #   Good to know.
    #   @param message [Object] the text; or a block that gives it
    #   @return [nil]
    # @!method debug(message = nil)
    #   For finding faults.
    #   @param message [Object] the text; or a block that gives it
    #   @return [nil]
    # @!method trace(message = nil)
    #   Everything.
    #   @param message [Object] the text; or a block that gives it
    #   @return [nil]
    LEVELS.each do |level|
      define_method(level) do |message = nil, &block|
        Native.log(level, @component, (block ? block.call : message).to_s)
        nil
      end
    end

    # An error of the library itself.
    # @api private
    def self.error(message, component: "")
      Native.log("error", component, message)
    end

    # A warning of the library itself.
    # @api private
    def self.warn(message, component: "")
      Native.log("warn", component, message)
    end
  end
end
