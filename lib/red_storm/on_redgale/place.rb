# frozen_string_literal: true

require "red_storm/java/topology_context"

module RedStorm
  # How RedStorm's topologies run on Redgale: their components on its engine, their files by its launcher.
  # @api private
  module OnRedgale
    # What the engine tells an instance before anything else. Its variables and methods begin with `redstorm_`, so that
    # they do not meet the user's.
    module Place
      private

      # @param settings [Settings]
      def redstorm_settle(settings)
        @redstorm_settings = settings
        self
      end

      # Called by Redgale's runtime.
      def redgale_attach(task, context, _metrics)
        @redstorm_task = task
        @redstorm_context = context
      end

      def redstorm_beginning
        [@redstorm_settings.conf(@redstorm_context), Java::TopologyContext.new(@redstorm_context)]
      end
    end
  end
end
