# frozen_string_literal: true

require "red_storm/dsl/errors"
require "red_storm/java/fields"
require "red_storm/java/text"

module RedStorm
  module DSL
    # The methods of Storm's Java class for tuples, in camelCase and snake_case, over `[]`, `values`, `component`,
    # `stream`, `task` and the private `names` and `row`.
    module TupleMethods
      extend Java::JavaNames

      # What the typed accessors take; nil always passes.
      TYPES = { string: [String], long: [Integer], integer: [Integer], short: [Integer], byte: [Integer],
                double: [Float], float: [Float], boolean: [TrueClass, FalseClass], binary: [String] }.freeze

      # Where a tuple comes from: backtype.storm.generated.GlobalStreamId.
      GlobalStreamId = Struct.new(:component_id, :stream_id) do
        extend Java::JavaNames

        java_names :component_id, :stream_id
      end

      # @param key [Integer, String, Symbol] position or name
      # @return [Object]
      # @raise [Java::IndexOutOfBoundsException, Java::IllegalArgumentException] there is no such position or field
      # @raise [TupleError] for any other key
      def value(key)
        self[key]
      end
      alias get_value value
      alias get_value_by_field value

      # @return [Integer] position of a field
      # @raise [Java::IllegalArgumentException] if there is no such field
      def field_index(name)
        fields.field_index(name)
      end

      # @return [Boolean] whether there is such a field
      def contains?(name)
        names.include?(name.to_sym)
      end
      alias contains contains?

      # @return [Java::Fields]
      def fields
        Java::Fields.new(names)
      end

      # @return [Integer] number of values
      def size
        row.size
      end

      # @param selector [Java::Fields] names of fields
      # @return [Array] their values
      def select(selector)
        selector.map { |name| self[name] }
      end

      # @return [Hash{Symbol => Object}] the values by field name
      def to_h
        names.zip(values).to_h
      end

      # @return [String] id of the component that emitted it
      def source_component
        component
      end

      # @return [Integer] id of the task that emitted it
      def source_task
        task
      end

      # @return [String] name of the stream it was emitted on
      def source_stream_id
        stream.to_s
      end

      # @return [GlobalStreamId]
      def source_global_streamid
        GlobalStreamId.new(component, stream.to_s)
      end

      # Storm's ids of the tuple's roots: the engine keeps its own to itself, so this is empty.
      # @return [Hash]
      def message_id
        {}
      end

      # @return [String] as Storm writes it
      def to_s
        "source: #{component}:#{task}, stream: #{stream}, id: {}, #{Java.text(row)}"
      end
      alias inspect to_s

      TYPES.each do |type, classes|
        accessor = lambda do |key|
          value = self[key]
          next value if value.nil? || classes.any? { |klass| value.is_a?(klass) }

          raise Java::ClassCastException, "#{value.class} cannot be cast to #{type}: #{value.inspect}"
        end
        define_method(:"get_#{type}", &accessor)
        define_method(:"get_#{type}_by_field", &accessor)
      end

      java_names :fields, :source_component, :source_task, :source_stream_id, :source_global_streamid,
                 :message_id

      private

      def unknown_field(key)
        case key
        when Integer then raise Java::IndexOutOfBoundsException, "Index: #{key}, Size: #{row.size}"
        when String, Symbol then raise Java::IllegalArgumentException, "#{key} does not exist"
        else raise TupleError, "unsupported tuple index class=#{key.class} for #{key.inspect}"
        end
      end
    end
  end
end
