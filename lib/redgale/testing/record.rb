# frozen_string_literal: true

module Redgale
  module Testing
    # rubocop:disable Lint/StructNewOverride -- what a tuple has are its values; nobody needs Struct's own method

    # A tuple that a component emitted.
    Emission = Struct.new(:component, :stream, :task, :values, :id, :fields) do
      # @return [Hash{Symbol => Object}] the values by field name
      def to_h
        fields.zip(values).to_h
      end

      # @return [String] for people
      def inspect
        place = stream == :default ? component : "#{component}:#{stream}"
        "#<emitted by #{place} #{to_h.map { |name, value| "#{name}: #{value.inspect}" }.join(', ')}>"
      end
      alias_method :to_s, :inspect
    end

    # What became of a tuple that a spout emitted. `outcome` is :acked, :failed (the spout owns its replay), :retried
    # (the engine emits it again) or :given_up; `error` is the exception that failed it, if there was one.
    Verdict = Struct.new(:component, :outcome, :values, :id, :error)

    # rubocop:enable Lint/StructNewOverride

    # A line that a component logged.
    LogLine = Struct.new(:component, :level, :message)

    # What happened in a run, in its order. It only grows, so that two sizes of it mark a span.
    # @api private
    class Record
      # What is recorded; `errors` are pairs of a component id and an exception.
      PARTS = %i[emissions verdicts errors logs].freeze

      attr_reader :emissions, :verdicts, :errors, :logs

      # @param plan [Plan]
      def initialize(plan)
        @plan = plan
        @emissions = []
        @verdicts = []
        @errors = []
        @logs = []
        @by_id = {}
        @order = {}.compare_by_identity
        @fields = {}
      end

      # @param trace [Array] of Native::Run#take_trace
      def trace(trace)
        trace.each do |component, stream, task, values, id|
          emission = Emission.new(component, stream, task, values, id, fields(component, stream))
          @by_id[[component, task, id]] = values unless id.nil?
          @order[values] = emissions.size
          emissions << emission
        end
      end

      # @param outcomes [Array] of Native::Run#take_outcomes
      def decide(outcomes)
        outcomes.each do |component, task, outcome, *what, error|
          verdicts << Verdict.new(component, outcome, values_of(component, task, what), id_of(what), error)
        end
      end

      # @param pending [Array] of Native::Run#pending
      # @return [Array<Verdict>] with outcome :pending, in the order of their emission
      def pending(pending)
        found = pending.map do |component, task, *what|
          Verdict.new(component, :pending, values_of(component, task, what), id_of(what))
        end
        found.sort_by { |one| @order.fetch(one.values) }
      end

      # @return [Array<Integer>] sizes now
      def mark
        PARTS.map { |part| public_send(part).size }
      end

      # @param mark [Array<Integer>]
      # @return [Hash{Symbol => Array}] what was recorded since
      def since(mark)
        PARTS.zip(mark).to_h { |part, size| [part, public_send(part)[size..]] }
      end

      private

      # What names a tuple is [:id, id] or [:values, values].
      def id_of(what)
        what.last if what.first == :id
      end

      def values_of(component, task, what)
        what.first == :id ? @by_id[[component, task, what.last]] : what.last
      end

      def fields(component, stream)
        @fields[[component, stream]] ||= @plan.fields(component).fetch(stream.to_s).map(&:to_sym).freeze
      end
    end
  end
end
