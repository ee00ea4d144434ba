# frozen_string_literal: true

module Redgale
  # User counters of a run: {component => {name => number}}.
  # @api private
  class Metrics
    def initialize
      @components = {}
      @lock = Mutex.new
    end

    # The view a component instance has; executors ask for it from their own threads.
    def of(component)
      @lock.synchronize { @components[component] ||= ComponentMetrics.new }
    end

    # @return [Hash{String => Hash{String => Integer}}] all counters now
    def to_h
      @lock.synchronize { @components.transform_values(&:to_h) }.reject { |_, counters| counters.empty? }
    end
  end

  # Counters of one component, shared by its tasks.
  class ComponentMetrics
    # @api private
    def initialize
      @counters = {}
      @lock = Mutex.new
    end

    # @param name [Symbol] any name; the same name is the same counter
    # @raise [TypeError] if the name is none
    # @return [Counter] it appears in the report under the component's id
    def counter(name)
      raise TypeError, "a counter's name is a Symbol, not #{name.inspect}" unless name.respond_to?(:to_sym)

      name = name.to_sym
      @counters[name] || @lock.synchronize { @counters[name] ||= Counter.new }
    end

    # @api private
    def to_h
      @lock.synchronize { @counters.to_h { |name, counter| [name.to_s, counter.value] } }
    end
  end

  # A number that only grows. Adding is exact from any thread of the process.
  class Counter
    # @return [Integer] the number now
    attr_reader :value

    # @api private
    def initialize
      @value = 0
      @lock = Mutex.new
    end

    # @param by [Integer] how much to add, from 0
    # @return [Integer] the new number
    # @raise [ArgumentError] if it is not a whole number from 0
    def increment(by = 1)
      raise ArgumentError, "a counter grows by whole numbers, not by #{by.inspect}" unless by.is_a?(Integer) && by >= 0

      @lock.synchronize { @value += by }
    end
  end
end
