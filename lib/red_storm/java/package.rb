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

    # What the constant `Java` answers, beside the stand-ins that it holds: `Java::OrgApacheLog4j::Logger`,
    # `Java::java.lang.System`.
    # @api private
    module Root
      def const_missing(name)
        name.match?(PACKAGE) ? Root.folder(name.to_s.gsub(/(?<!\A)([A-Z])/, '.\1').downcase) : super
      end

      def method_missing(word, *arguments)
        arguments.empty? && word.match?(/\A[a-z]/) ? Package.of(word.to_s) : super
      end

      def respond_to_missing?(word, _private = false)
        word.match?(/\A[a-z]\w*\z/)
      end

      # JRuby's names of packages: JavaLang, OrgApacheLog4j.
      PACKAGE = /\A[A-Z][a-z\d]+(?:[A-Z][a-z\d]+)*\z/
      private_constant :PACKAGE

      # A module whose constants are the classes of a package.
      # @api private
      def self.folder(path)
        @folders ||= {}
        @folders[path] ||= Module.new do
          define_singleton_method(:const_missing) { |name| Classes.find("#{path}.#{name}") }
          define_singleton_method(:inspect) { "Java package #{path}" }
        end
      end
    end
  end
end
