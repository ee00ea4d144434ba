# frozen_string_literal: true

require "red_storm/java/classes"

module RedStorm
  module Java
    # A Java package, on the way to a class: `java.lang.System` is `java`, asked for `lang`, asked for `System`.
    # @api private
    class Package < BasicObject
      def self.of(path)
        (@packages ||= {})[path] ||= new(path)
      end

      def initialize(path)
        @path = path
      end

      attr_reader :path

      def method_missing(word, *arguments)
        ::Kernel.raise ::NoMethodError, "undefined method `#{word}' for Java package #{@path}" if arguments.any?

        name = "#{@path}.#{word}"
        word.match?(/\A[A-Z]/) ? Classes.find(name) : Package.of(name)
      end

      def respond_to_missing?(*)
        true
      end

      def respond_to?(word, *)
        %i[path inspect to_s is_a? class].include?(word)
      end

      def is_a?(klass)
        klass == Package
      end

      def inspect
        "Java package #{@path}"
      end
      alias to_s inspect

      def class
        Package
      end
    end

    # The constant `Java`: `Java::OrgApacheLog4j::Logger`, `Java::java.lang.System`.
    # @api private
    module Root
      def self.const_missing(name)
        folder(name.to_s.gsub(/(?<!\A)([A-Z])/, '.\1').downcase)
      end

      def self.method_missing(word, *)
        Package.of(word.to_s)
      end

      def self.respond_to_missing?(*)
        true
      end

      # A module whose constants are the classes of a package.
      def self.folder(path)
        @folders ||= {}
        @folders[path] ||= Module.new do
          define_singleton_method(:const_missing) { |name| Classes.find("#{path}.#{name}") }
          define_singleton_method(:inspect) { "Java package #{path}" }
        end
      end
      private_class_method :folder
    end
  end
end
