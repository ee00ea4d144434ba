# frozen_string_literal: true

module Redgale
  module Runtime
    # The Ruby side of the components that are programs: hears what they report.
    # @api private
    class Programs
      # @param native [Native::Run]
      # @param metrics [Metrics] where their counters are
      # @param note_error [#call] called with a component's id and a block that gives the words
      def initialize(native, metrics, note_error)
        @native = native
        @metrics = metrics
        @note_error = note_error
      end

      # Whether each has answered once, or failed once.
      def ready?
        @native.programs_ready?
      end

      # Takes note of what they reported since the last call.
      def hear
        errors, counts = @native.take_program_news
        errors.each do |component, words, number|
          number.times { @note_error.call(component) { words || "an error that was not kept" } }
        end
        counts.each { |component, counter, by| @metrics.of(component).counter(counter).increment(by) }
      end

      # Waits for their end, which comes soon after the topology has stopped.
      def join
        @native.join_programs
        hear
      end
    end
  end
end
