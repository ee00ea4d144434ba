# frozen_string_literal: true

module RedStorm
  module Java
    # backtype.storm.tuple.Values: the values of one tuple.
    class Values < Array
      # @param values [Array<Object>]
      def initialize(*values)
        super()
        replace(values)
      end

      # @return [Object, nil]
      def get(index)
        self[index]
      end

      # @return [true]
      def add(value)
        push(value)
        true
      end
    end
  end
end
