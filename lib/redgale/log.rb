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
