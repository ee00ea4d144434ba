# frozen_string_literal: true

require "red_storm/java/fields"

module RedStorm
  module Java
    # backtype.storm.testing.TestWordSpout: one of five words every 100 ms.
    class TestWordSpout
      # What it emits, one at random each time.
      WORDS = %w[nathan mike jackson golda bertels].freeze

      # Seconds between two words.
      PAUSE = 0.1

      # @api private
      def self.redstorm_java_name
        "backtype.storm.testing.TestWordSpout"
      end

      # @param _distributed [Boolean] of old versions of Storm
      def initialize(_distributed = true); end # rubocop:disable Style/OptionalBooleanParameter -- Java's signature

      # @param collector [DSL::SpoutOutputCollector]
      def open(_config, _context, collector)
        @collector = collector
      end

      # Emits a word.
      def next_tuple
        sleep(PAUSE)
        @collector.emit([WORDS.sample])
      end

      # @param declarer [OutputFieldsDeclarer]
      def declare_output_fields(declarer)
        declarer.declare(Fields.new("word"))
      end
    end
  end
end
