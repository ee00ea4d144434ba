# frozen_string_literal: true

require "redgale/log"
require "red_storm/java/java_names"

module RedStorm
  module Java
    # org.apache.log4j.Logger, writing to Redgale's log.
    class Logger
      extend JavaNames

      # Levels of log4j and those of the log they go to.
      LEVELS = { trace: "trace", debug: "debug", info: "info", warn: "warn", error: "error", fatal: "error" }.freeze

      @loggers = {}
      @lock = Mutex.new

      class << self
        # @param name [Class, String] shown beside each line
        # @return [Logger] the same one for the same name
        def get_logger(name)
          name = name.is_a?(Module) ? name.name.to_s : name.to_s
          @lock.synchronize { @loggers[name] ||= new(name) }
        end
        alias getLogger get_logger

        # @return [Logger] without a name
        def root_logger
          get_logger("")
        end
        alias rootLogger root_logger
        alias get_root_logger root_logger
        alias getRootLogger root_logger
      end

      # @return [String]
      attr_reader :name

      # @api private
      def initialize(name)
        @name = name
      end

      LEVELS.each do |level, target|
        define_method(level) do |message = nil, error = nil, &block|
          next unless Redgale::Log.enabled?(target)

          message = block.call if block
          Redgale::Native.log(target, @name, error ? "#{message}\n#{Logger.describe(error)}" : message.to_s)
          nil
        end
        define_method(:"is_#{level}_enabled") { Redgale::Log.enabled?(target) }
        define_method(:"#{level}?") { Redgale::Log.enabled?(target) }
      end

      # Levels are set by `--log`; a level set here has no effect.
      def level=(_level); end

      # @api private
      def self.describe(error)
        error.respond_to?(:full_message) ? error.full_message(highlight: false) : error.to_s
      end

      java_names :name
    end
  end
end
