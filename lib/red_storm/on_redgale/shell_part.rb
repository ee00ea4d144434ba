# frozen_string_literal: true

require "red_storm/java/jruby_shell_component"

module RedStorm
  module OnRedgale
    # A component that is a program.
    class ShellPart < Part
      # Folders of this name hold programs, beside the topology file or in the working directory.
      RESOURCES = "resources"

      # @param neighbours [Neighbours]
      # @return [Array] what Redgale::Definition takes for a component
      def to_a(neighbours)
        [:shell, command, options.merge(directory: directory).compact, block(neighbours), @declarer.at]
      end

      private

      def command
        @declarer.component.command
      end

      def streams
        { "default" => @declarer.component.fields }
      end

      def component_conf
        {}
      end

      def direct_streams
        []
      end

      # Where the script is; nil leaves it to Redgale.
      def directory
        file = @declarer.at.rpartition(":").first
        [File.dirname(File.expand_path(file)), Dir.pwd].map { |folder| File.join(folder, RESOURCES) }
                                                       .find { |folder| command.any? { |word| in?(folder, word) } }
      end

      def in?(folder, word)
        File.file?(File.expand_path(word, folder))
      end
    end
  end
end
