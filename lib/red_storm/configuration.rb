# frozen_string_literal: true

module RedStorm
  # Which topology the launcher starts.
  module Configuration
    @touched = []

    class << self
      # @return [Class, nil] the class the launcher starts: the last one that was set
      attr_reader :topology_class

      # @return [Array<Class>] all that were ever set, each once, the latest last
      # @api private
      attr_reader :touched

      # @param topology_class [Class] with `start(env)`
      def topology_class=(topology_class)
        @topology_class = topology_class
        @touched = (@touched - [topology_class]) << topology_class unless topology_class.nil?
      end
    end
  end
end
