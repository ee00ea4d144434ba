# frozen_string_literal: true

require "red_storm/java/java_names"
require "red_storm/java/exceptions"

module RedStorm
  module Java
    # backtype.storm.tuple.Fields: names of values, in order.
    class Fields
      extend JavaNames
      include Enumerable

      # @param names [Array<String, Symbol>] or one Array of them
      # @raise [IllegalArgumentException] if a name comes twice
      def initialize(*names)
        @names = names.flatten.map(&:to_s).freeze
        twice = @names.find { |name| @names.count(name) > 1 }
        raise IllegalArgumentException, "duplicate field '#{twice}'" if twice
      end

      # @return [Array<String>]
      def to_list
        @names
      end
      alias to_a to_list
      alias to_ary to_list

      # @yieldparam name [String]
      def each(&block)
        @names.each(&block)
      end

      # @return [Integer]
      def size
        @names.size
      end

      # @return [String]
      # @raise [IndexOutOfBoundsException]
      def get(index)
        @names.fetch(index) { raise IndexOutOfBoundsException, "Index: #{index}, Size: #{size}" }
      end
      alias [] get

      # @return [Integer]
      # @raise [IllegalArgumentException] if there is no such field
      def field_index(name)
        @names.index(name.to_s) || raise(IllegalArgumentException, "#{name} does not exist")
      end

      # @return [Boolean]
      def contains(name)
        @names.include?(name.to_s)
      end
      alias contains? contains
      alias include? contains

      # @param selector [Fields]
      # @param tuple [Array] values in the order of these fields
      # @return [Array] those of the selector's fields
      def select(selector = nil, tuple = nil, &block)
        return super(&block) if block

        selector.map { |name| tuple[field_index(name)] }
      end

      # @return [Boolean]
      def ==(other)
        other.is_a?(Fields) && other.to_list == to_list
      end

      # @return [String]
      def to_s
        "[#{@names.join(', ')}]"
      end

      java_names
    end
  end
end
