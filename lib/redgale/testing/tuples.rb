# frozen_string_literal: true

module Redgale
  module Testing
    # Reads the tuples that a test gives: by position, by name, or a bare value for a stream with one field.
    # @api private
    module Tuples
      # One tuple on its way into the topology.
      Given = Struct.new(:stream, :row, :to)

      # @param given [Enumerable, Hash] tuples of stream `default`, or {stream => tuples}
      # @param fields [Hash{String => Array<String>}] the fields by stream
      # @param label [String] whose tuples they are, for errors
      # @return [Array<Given>]
      # @raise [ArgumentError]
      def self.read(given, fields, label)
        by_stream = given.is_a?(Hash) ? given : { default: given }
        by_stream.flat_map do |stream, rows|
          unless rows.is_a?(Enumerable) && !rows.is_a?(Hash)
            raise ArgumentError, "the tuples of #{label} are an Array, or a Hash of an Array for each stream, " \
                                 "not #{rows.inspect}"
          end

          rows.map { |row| one(row, stream, fields, label) }
        end
      end

      # @param row [Array, Hash, Object] values by position, by name, or the only one
      # @return [Given]
      # @raise [ArgumentError]
      def self.one(row, stream, fields, label, to: nil)
        names = fields[stream.to_s] || raise(ArgumentError, unknown_stream(stream, fields, label))
        where = stream.to_s == "default" ? label : "stream `#{stream}` of #{label}"
        Given.new(stream.to_sym, copy(values(row, names, where)), to)
      end

      # What is given is frozen on its way; the test keeps its own.
      def self.copy(value)
        case value
        when String then value.frozen? ? value : value.dup
        when Array then value.map { |element| copy(element) }
        when Hash then value.to_h { |key, element| [copy(key), copy(element)] }
        else value
        end
      end

      def self.values(row, names, where)
        case row
        when Hash then by_name(row, names, where)
        when Array then row.size == names.size ? row : wrong_number(row, names, where)
        else names.size == 1 ? [row] : wrong_number([row], names, where)
        end
      end
      private_class_method :values

      def self.by_name(row, names, where)
        keyed = row.transform_keys(&:to_s)
        return keyed.values_at(*names) if keyed.keys.sort == names.sort

        wrong = { "no" => names - keyed.keys, "an unknown" => keyed.keys - names }.reject { |_, list| list.empty? }
        words = wrong.map { |word, list| "#{word} #{list.map { |name| ":#{name}" }.join(', ')}" }.join(" and ")
        raise ArgumentError, "#{where} has #{fields_in_words(names)}, but #{row.inspect} has #{words}"
      end
      private_class_method :by_name

      def self.wrong_number(row, names, where)
        raise ArgumentError, "#{where} has #{fields_in_words(names)}, but #{row.inspect} has " \
                             "#{row.size} value#{'s' unless row.size == 1}"
      end
      private_class_method :wrong_number

      def self.fields_in_words(names)
        "#{names.size} field#{'s' unless names.size == 1} (#{names.map { |name| ":#{name}" }.join(', ')})"
      end

      def self.unknown_stream(stream, fields, label)
        "#{label} has no stream `#{stream}`: it declares #{fields.keys.map { |name| "`#{name}`" }.join(', ')}"
      end
      private_class_method :unknown_stream
    end
  end
end
