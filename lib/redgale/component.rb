# frozen_string_literal: true

require "redgale/statements"

module Redgale
  # Stands for an argument that was not given: `emit` without `anchor:` is anchored to the current input.
  CURRENT = Object.new.tap { |current| current.define_singleton_method(:inspect) { "Redgale::CURRENT" } }.freeze

  # What spouts and bolts share. Use {Spout} and {Bolt}.
  class Component
    extend Statements

    # Configuration of the topology and this component, by full key ("topology.max.spout.pending") or the user's own.
    # @return [Hash{String => Object}] frozen
    def config
      context.config
    end

    # @return [Context] task id, component id, task ids of other components
    def context
      @redgale_context || raise(Error, "#{self.class.name} has no context yet: it begins with on_init")
    end

    # @return [Log] log lines that carry the component's id
    def log
      @redgale_log ||= Log.new(context.component_id)
    end

    # @return [ComponentMetrics] counters of this component
    def metrics
      @redgale_metrics
    end

    private

    # The runtime gives an instance its place before on_init.
    # @api private
    def redgale_attach(task, context, metrics)
      @redgale_task = task
      @redgale_context = context
      @redgale_metrics = metrics.of(context.component_id)
    end

    # @api private
    def redgale_task
      @redgale_task || raise(ClosedError, "#{self.class.name} is not part of a running topology")
    end
  end
end
