# frozen_string_literal: true

module Redgale
  module Testing
    # The options of {Testing.simulate} and {Testing.complete}, apart from what stands in for components.
    # @api private
    module Options
      # For {Testing.simulate}, with their defaults.
      SIMULATE = { env: :local, set: {}, strict: true, retries: 0 }.freeze
      # For {Testing.complete}, with their defaults.
      COMPLETE = SIMULATE.merge(within: 3600, allow_failures: false).freeze

      # Options have names of their own; every other key names a component.
      # @return [Array(Hash, Hash)] what stands in for components, and the options
      # @raise [ArgumentError]
      def self.split(given, options, defaults)
        raise ArgumentError, "what stands in is a Hash, not #{given.inspect}" unless given.is_a?(Hash)

        chosen = defaults.merge(options.slice(*defaults.keys))
        check(chosen)
        [given.merge(options.except(*defaults.keys)), chosen]
      end

      # @raise [ArgumentError]
      def self.check(options)
        set, retries, within = options.values_at(:set, :retries, :within)
        raise ArgumentError, "set: is a Hash of configuration, not #{set.inspect}" unless set.is_a?(Hash)
        unless retries.is_a?(Integer) && !retries.negative?
          raise ArgumentError, "retries: is a number from 0, not #{retries.inspect}"
        end
        return if !options.key?(:within) || seconds?(within)

        raise ArgumentError, "within: is a time from 0 in seconds, not #{within.inspect}"
      end

      # @return [Boolean] whether it is a time that can pass
      def self.seconds?(value)
        value.is_a?(Numeric) && value.real? && value.finite? && !value.negative?
      end
    end
  end
end
