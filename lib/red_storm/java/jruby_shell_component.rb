# frozen_string_literal: true

module RedStorm
  module Java
    # redstorm.storm.jruby.JRubyShellBolt and JRubyShellSpout: a program that speaks Storm's multilang protocol.
    class JRubyShellComponent
      # @return [Array<String>] the program and its arguments
      attr_reader :command
      # @return [Array<String>] names of its values
      attr_reader :fields

      # @param command [Array<String>, String]
      # @param fields [Array<String>]
      def initialize(command, fields = [])
        @command = Array(command).map(&:to_s)
        @fields = fields.to_a.map(&:to_s)
      end

      # @api private
      def self.redstorm_java_name
        "redstorm.storm.jruby.#{name.split('::').last}"
      end
    end

    # A program as a bolt.
    class JRubyShellBolt < JRubyShellComponent; end

    # A program as a spout.
    class JRubyShellSpout < JRubyShellComponent; end
  end
end
