# frozen_string_literal: true

module Redgale
  # What a component instance knows of its place in the topology.
  class Context
    # @return [Integer] id of its task, from 1 over the whole topology
    attr_reader :task_id
    # @return [String] id of its component
    attr_reader :component_id
    # @return [String] name of the topology
    attr_reader :topology_name
    # @return [Hash{String => Object}] configuration of the topology and the component; frozen
    attr_reader :config

    # @api private
    def initialize(task_id:, component_id:, topology_name:, config:, tasks:)
      @task_id = task_id
      @component_id = component_id
      @topology_name = topology_name
      @config = config
      @tasks = tasks
    end

    # Tasks of a component, as targets of `emit ..., to:`.
    # @param id [Symbol, String] id of the component
    # @return [Array<Integer>] task ids, ascending
    # @raise [Error] if there is no such component
    def tasks(id)
      @tasks.call(id)
    end
  end
end
