# frozen_string_literal: true

require "red_storm/java/logger"

module RedStorm
  # Gives a class its logger, as {DSL::Spout} and {DSL::Bolt} have it.
  module Loggable
    # @api private
    def self.included(base)
      base.extend(ClassMethods)
    end

    # @return [Java::Logger] named after the class
    def log
      self.class.log
    end

    # The logger of a class.
    module ClassMethods
      # @return [Java::Logger] named after the class
      def log
        @log ||= Java::Logger.get_logger(name.to_s)
      end
    end
  end
end
