# frozen_string_literal: true

require "red_storm/configurator"
require "red_storm/java/fields"

module RedStorm
  module DSL
    # The methods that instances of spouts and bolts share.
    module Component
      # @return [Java::Config] the configuration of the topology and the component; frozen
      attr_reader :config
      # @return [Java::TopologyContext]
      attr_reader :context
      # @return [OutputCollector, SpoutOutputCollector]
      attr_reader :collector

      # @return [Java::Logger] named after the class
      def log
        self.class.log
      end

      # Declares the fields of the class.
      # @param declarer [Java::OutputFieldsDeclarer]
      def declare_output_fields(declarer)
        self.class.declared_streams.each do |stream, fields|
          declarer.declare_stream(stream, Java::Fields.new(fields))
        end
      end

      # @return [Java::Config] what the class's `configure` says
      def get_component_configuration # rubocop:disable Naming/AccessorMethodName -- Storm asks for it by this name
        configurator = Configurator.new
        configurator.instance_exec(&self.class.configure_block)
        configurator.config
      end

      private

      def on_init; end

      def on_close; end
    end
  end
end
