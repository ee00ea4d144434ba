# frozen_string_literal: true

require "red_storm/java/java_names"

module RedStorm
  module Java
    # backtype.storm.task.TopologyContext: what an instance knows of its place.
    class TopologyContext
      extend JavaNames

      # @param context [Redgale::Context]
      # @api private
      def initialize(context)
        @context = context
      end

      # @return [Integer]
      def this_task_id
        @context.task_id
      end
      alias task_id this_task_id

      # @return [String]
      def this_component_id
        @context.component_id
      end
      alias component_id this_component_id

      # @return [Integer] position of the task among those of its component, from 0
      def this_task_index
        component_tasks(this_component_id).index(this_task_id)
      end

      # @param component [String, Symbol]
      # @return [Array<Integer>] task ids, ascending
      def get_component_tasks(component)
        @context.tasks(component)
      end
      alias component_tasks get_component_tasks
      alias tasks get_component_tasks

      # @return [String] Storm's id of the running topology: its name, the count of submissions and a time
      def storm_id
        "#{@context.topology_name}-1-#{Process.pid}"
      end

      java_names :this_task_id, :this_component_id, :this_task_index, :storm_id
    end
  end
end
