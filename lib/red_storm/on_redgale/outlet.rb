# frozen_string_literal: true

require "red_storm/java/text"
require "redgale/log"
require "red_storm/java/logger"

module RedStorm
  module OnRedgale
    # The streams of a component, for what is emitted by hand.
    #
    # Storm looks at the number of values only when somebody gets the tuple. The engine looks always, so on a stream
    # that nobody reads values are added or left out. With `debug true` each tuple is logged, as Storm does.
    class Outlet
      # @param component [String] its id
      # @param unread [Hash{String => Integer}] streams that nobody reads, with their number of fields
      # @param debug [Boolean] whether tuples are logged
      def initialize(component, unread, debug)
        @component = component
        @unread = unread
        @debug = debug
      end

      # @param stream [String, Symbol]
      # @param values [Array, Object] the caller's: it may go on to use it
      # @return [Array] a row of its own
      def fit(stream, values)
        row = values.is_a?(Array) ? Array.new(values) : [values]
        Redgale::Native.log("info", "", "Emitting: #{@component} #{stream} #{Java.text(row)}") if @debug
        width = @unread.empty? ? nil : @unread[stream.to_s]
        width.nil? || row.size == width ? row : Array.new(width) { |index| row[index] }
      end

      # @param error [Exception, String]
      def report(error)
        Redgale::Log.error(Java::Logger.describe(error), component: @component)
        nil
      end
    end
  end
end
