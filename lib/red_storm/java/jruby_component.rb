# frozen_string_literal: true

require "red_storm/environment"

module RedStorm
  module Java
    # redstorm.storm.jruby.JRubyBolt and JRubySpout: a Ruby class as a component, given by its name.
    class JRubyComponent
      # @return [Array<String>] fields that win over those the class declares
      attr_reader :fields

      # @param base_class_path [String, nil] file of the class, required if the class is not yet there
      # @param class_name [String, Class]
      # @param fields [Array<String>]
      def initialize(base_class_path, class_name, fields = [])
        @base_class_path = base_class_path
        @class_name = class_name
        @fields = fields.to_a.map(&:to_s)
      end

      # @return [Class]
      # @raise [NameError] if the class is nowhere
      def component_class
        return @class_name if @class_name.is_a?(Class)

        @component_class ||= found || load_class
      end

      # @return [Object] a new instance
      def instance
        component_class.new
      end

      # @return [Array] constructor arguments are for Java classes only
      def name
        @class_name.to_s
      end

      private

      def found
        Object.const_get(@class_name) if Object.const_defined?(@class_name)
      end

      def load_class
        require File.expand_path(@base_class_path, BASE_PATH) if @base_class_path
        Object.const_get(@class_name)
      end
    end

    # A Ruby class as a bolt.
    class JRubyBolt < JRubyComponent; end

    # A Ruby class as a spout.
    class JRubySpout < JRubyComponent; end
  end
end
