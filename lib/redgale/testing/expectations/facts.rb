# frozen_string_literal: true

require "redgale/testing/stand_in"
require "redgale/testing/tested_component"

module Redgale
  module Testing
    module Expectations
      # What an expectation can know of what a call of the kit returned.
      # @api private
      class Facts
        # One tuple, acked, failed or emitted. `names` are the lists of field names that its values can have.
        Entry = Struct.new(:component, :stream, :values, :names, :error) # rubocop:disable Lint/StructNewOverride -- as {Emission}

        # @param result [Object] what the test asks about
        # @param asked [String] the matcher or assertion, for errors
        # @raise [ArgumentError] if it is not of the kit
        def initialize(result, asked)
          raise ArgumentError, "#{asked} #{not_of_the_kit(result)}" unless result.is_a?(View)

          @result = result
        end

        # The component under test, where there is one.
        # @return [String, nil]
        def own
          @result.send(:id) if @result.is_a?(OwnView)
        end

        # Components whose tuples count: the one that is named, else those that the test did not emit itself.
        # @param from [Class, Symbol, String, nil]
        # @return [Array<String>]
        # @raise [ArgumentError] if there is no such component
        def sources(from)
          return [plan.id_of(from)] if from
          return [own] if own

          plan.components.reject { |one| one.is_a?(StandIn) && one.kind == :spout }.map(&:id)
        end

        # @return [Hash{String => Array<String>}] fields by stream
        def fields(id)
          plan.fields(id)
        end

        # @return [Array<Entry>]
        def emitted(ids)
          @result.emissions(nil).select { |tuple| ids.include?(tuple.component) }
                 .map { |tuple| Entry.new(tuple.component, tuple.stream, tuple.values, [tuple.fields], nil) }
        end

        # @param outcomes [Array<Symbol>] of {Verdict}
        # @return [Array<Entry>]
        def decided(from, outcomes)
          @result.send(:verdicts, from, *outcomes).map do |one|
            Entry.new(one.component, nil, one.values, names(one.component), one.error)
          end
        end

        # @return [Array<LogLine>]
        def logs(from)
          @result.logs(from)
        end

        # @return [Array<Exception>]
        def errors
          @result.errors
        end

        # Fields that tuples of spouts can have.
        # @return [Array<Array<Symbol>>]
        # @raise [ArgumentError] if there is no such spout
        def spout_fields(from)
          spouts = plan.components.select { |one| one.kind == :spout }.map(&:id)
          return spouts.flat_map { |id| names(id) } unless from

          id = plan.id_of(from)
          return names(id) if spouts.include?(id)

          raise ArgumentError, "`#{id}` is a bolt: tuples of spouts are acked or fail, with all that bolts made of them"
        end

        private

        def plan
          @result.send(:plan)
        end

        def names(id)
          fields(id).values.map { |list| list.map(&:to_sym) }
        end

        def not_of_the_kit(result)
          "asks what `receive`, `ask`, `advance`, `complete` and the like of Redgale::Testing return, or a " \
            "simulation or component itself, not #{result.instance_of?(Array) ? 'an Array' : result.inspect}"
        end
      end
    end
  end
end
