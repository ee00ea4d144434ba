# frozen_string_literal: true

module Redgale
  # User counters of a run: {component => {name => number}}.
  # @api private
  class Metrics
    def initialize
      @components = Hash.new { |hash, id| hash[id] = {} }
    end

    # The view a component instance has.
    def of(component)
      ComponentMetrics.new(@components[component])
    end

    # @return [Hash{String => Hash{String => Integer}}] all counters now
    def to_h
      @components.transform_values { |counters| counters.to_h { |name, counter| [name.to_s, counter.value] } }
                 .reject { |_, counters| counters.empty? }
    end
  end

  # Counters of one component, shared by its tasks.
  class ComponentMetrics
    # @api private
    def initialize(counters)
      @counters = counters
    end

    # @param name [Symbol] any name; the same name is the same counter
    # @return [Counter] it appears in the report under the component's id
    def counter(name)
      @counters[name.to_sym] ||= Counter.new
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

    # @param by [Integer] how much to add
    # @return [Integer] the new number
    def increment(by = 1)
      @lock.synchronize { @value += by }
    end
  end
end
