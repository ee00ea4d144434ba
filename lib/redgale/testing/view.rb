# frozen_string_literal: true

module Redgale
  module Testing
    # How to ask what happened. A component is named by its class or its id.
    module View
      # Values of the tuples that a component emitted, in order; replays are not among them.
      # @param component [Class, Symbol, String]
      # @param stream [Symbol]
      # @return [Array<Array>] frozen values of each tuple
      # @raise [ArgumentError] if there is no such component or stream
      def [](component, stream = :default)
        emissions(component, stream).map(&:values)
      end

      # The tuples that were emitted, with component, stream, task, id and field names.
      # @param component [Class, Symbol, String, nil] nil: all
      # @param stream [Symbol, nil] nil: all
      # @return [Array<Emission>]
      # @raise [ArgumentError] if there is no such component or stream
      def emissions(component = nil, stream = nil)
        return happened(:emissions) if component.nil?

        id = plan.id_of(component)
        name = stream && plan.stream(id, stream)
        happened(:emissions).select { |tuple| tuple.component == id && (name.nil? || tuple.stream == name) }
      end

      # Tuples of spouts whose trees are done.
      # @param spout [Class, Symbol, String, nil] nil: all
      # @return [Array<Array>] their values
      def acked(spout = nil)
        verdicts(spout, :acked).map(&:values)
      end

      # Tuples of spouts that failed for good: nobody emits them again, but perhaps the spout itself.
      # @param spout [Class, Symbol, String, nil] nil: all
      # @return [Array<Array>] their values
      def failed(spout = nil)
        failures(spout).map(&:values)
      end

      # As {#failed}, with the error that failed each; nil if it timed out or was failed by `fail(tuple)`.
      # @param spout [Class, Symbol, String, nil] nil: all
      # @return [Array<Verdict>]
      def failures(spout = nil)
        verdicts(spout, :failed, :given_up)
      end

      # Tuples that failed and that the engine emits again, once for each failure.
      # @param spout [Class, Symbol, String, nil] nil: all
      # @return [Array<Verdict>]
      def retries(spout = nil)
        verdicts(spout, :retried)
      end

      # What user code raised.
      # @param component [Class, Symbol, String, nil] nil: all
      # @return [Array<Exception>]
      def errors(component = nil)
        id = component && plan.id_of(component)
        happened(:errors).select { |from, _| id.nil? || from == id }.map(&:last)
      end

      # What components logged, on all levels. Lines that they log on threads of their own are not among them.
      # @param component [Class, Symbol, String, nil] nil: all
      # @return [Array<LogLine>]
      def logs(component = nil)
        return happened(:logs) if component.nil?

        id = plan.id_of(component)
        # loggers of RedStorm are named after classes
        names = [id, plan.component(id).klass&.name]
        happened(:logs).select { |line| names.include?(line.component) }
      end

      # @return [String] what happened, in a few lines; for people
      def summary
        lines = happened(:emissions).group_by(&:component).map { |id, tuples| "#{id} emitted #{tuples.size}" }
        counts = %i[acked failed pending].map { |name| "#{public_send(name).size} #{name}" }
        errors = happened(:errors).map { |id, error| "#{id} raised #{error.class}: #{error.message}" }
        [*lines, counts.join(", "), *errors].join("\n")
      end

      private

      def verdicts(spout, *outcomes)
        id = spout && plan.id_of(spout)
        happened(:verdicts).select { |one| outcomes.include?(one.outcome) && (id.nil? || one.component == id) }
      end
    end
  end
end
