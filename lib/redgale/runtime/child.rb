# frozen_string_literal: true

module Redgale
  module Runtime
    # The end of a forked child whose user code came back to the engine, of which nothing works in a child.
    #
    # The child ends where a program would: with 0 when the code returned, with its status when it called exit, else
    # with 1 and the error on stderr. at_exit code is left to the parent, whose it is.
    # @api private
    module Child
      # @param error [Exception, nil] what the user code raised
      def self.leave(error = nil)
        status = status_of(error)
        warn error.full_message(highlight: false) if error && !error.is_a?(SystemExit)
        [$stdout, $stderr].each do |stream|
          stream.flush
        rescue StandardError
          nil
        end
      ensure
        exit!(status || 1)
      end

      def self.status_of(error)
        case error
        when nil then 0
        when SystemExit then error.status
        else 1
        end
      end
      private_class_method :status_of
    end
  end
end
