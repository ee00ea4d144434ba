# frozen_string_literal: true

require "redgale/tuple"
require "red_storm/dsl/tuple_methods"

module RedStorm
  module DSL
    # What a bolt gets: Redgale's tuple, with the methods of RedStorm's and of Storm's Java class.
    class Tuple < Redgale::Tuple
      extend Java::JavaNames

      alias names fields
      alias row values
      private :names, :row

      # @return [Array] all values; Strings are copies, as for {#[]}
      def values
        row.map { |value| value.is_a?(String) ? value.dup : value }
      end

      java_names :values

      include TupleMethods
    end
  end
end
