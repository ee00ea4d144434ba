# frozen_string_literal: true

require "redgale/native"
require "redgale/serializer"

module Redgale
  # Which objects can travel beside those the codec knows, and how. Called by the native part for values it has no bytes
  # for. Nothing that arrives is made an object of a class that is not listed here.
  # @api private
  module Serialization
    CLASS = Kernel.instance_method(:class)
    private_constant :CLASS

    class << self
      # The program's own, beside those Redgale brings along.
      # @param serializers [Array<Serializer>]
      def add(serializers)
        replace(@own.values + serializers)
      end

      # As {add}, but those that were there before are gone.
      # @param serializers [Array<Serializer>]
      # @return [Array<Serializer>] those that were there before
      def replace(serializers)
        before = @own.values
        @own = serializers.to_h { |serializer| [serializer.name, serializer] }.freeze
        before
      end

      # @param object [Object]
      # @return [Array(String, Object), nil] the name of its class and what it is dumped to; nil: it cannot travel
      def dump(object)
        # a BasicObject has no method `class`
        serializer = find(CLASS.bind_call(object))
        [serializer.name, serializer.dump(object)] if serializer
      end

      # @param name [String] the name of a class
      # @param plain [Object] what an object of it was dumped to
      # @return [Object]
      # @raise [UnsupportedValue] if no class of this name is serialized here
      def load(name, plain)
        serializer = @own[name] || SHIPPED[name] || record(name)
        return serializer.load(plain) if serializer

        raise UnsupportedValue, "an object of class #{name} arrived, but nothing here says how to load it: " \
                                "the topology needs `serializes #{name}`"
      end

      private

      def find(klass)
        name = klass.name
        @own[name] || SHIPPED[name] || (name && record_of(klass))
      end

      # Struct and Data classes travel as their members.
      def record(name)
        klass = Object.const_get(name) if name.match?(/\A[A-Z]\w*(::[A-Z]\w*)*\z/) && Object.const_defined?(name)
        record_of(klass) if klass.is_a?(Class)
      end

      def record_of(klass)
        return unless klass < Struct || (defined?(Data) && Data.respond_to?(:define) && klass < Data)

        @records[klass] ||= Serializer.new(klass.name, :to_h.to_proc, ->(members) { rebuild(klass, members) })
      end

      # Without `new`, which a class may have given other parameters.
      def rebuild(klass, members)
        return klass.new(**members) unless klass < Struct

        record = klass.allocate
        members.each { |member, value| record[member] = value }
        record
      end
    end

    shipped = {
      "Rational" => [->(value) { [value.numerator, value.denominator] }, ->(parts) { Rational(*parts) }],
      "Complex" => [:rect.to_proc, ->(parts) { Complex(*parts) }],
      "Range" => [->(value) { [value.begin, value.end, value.exclude_end?] }, ->(parts) { Range.new(*parts) }],
      "Set" => [:to_a.to_proc, lambda { |elements|
        require "set"
        Set.new(elements)
      }],
      "BigDecimal" => [:to_s.to_proc, lambda { |digits|
        require "bigdecimal"
        BigDecimal(digits)
      }],
      "Date" => [->(date) { [date.jd, date.start] }, lambda { |parts|
        require "date"
        Date.jd(*parts)
      }],
      "DateTime" => [lambda { |time|
        seconds = time.sec + time.sec_fraction
        [time.jd, time.hour, time.min, seconds, time.offset, time.start]
      }, lambda { |parts|
        require "date"
        DateTime.jd(*parts)
      }]
    }
    # Classes of Ruby and its standard library.
    SHIPPED = shipped.to_h { |name, (dump, load)| [name, Serializer.new(name, dump, load)] }.freeze

    @own = {}.freeze
    @records = {}
  end
end
