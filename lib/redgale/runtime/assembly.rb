# frozen_string_literal: true

module Redgale
  module Runtime
    # Makes what a run consists of: executors, component instances with their contexts, and prepared groupings.
    # @api private
    class Assembly
      # @param definition [Redgale::Definition]
      # @param model [Hash] the definition's model, as the native run got it
      # @param native [Native::Run]
      # @param metrics [Metrics] where the components' counters are
      def initialize(definition, model, native, metrics)
        @definition = definition
        @model = model
        @native = native
        @metrics = metrics
        @configs = {}
        Serialization.add(definition.serializers)
      end

      # @param run [#instance, #groupings_for, #report_error, #die, #forked?, #killed] what they report to
      # @param kind [Class] {Executor} or a subclass
      # @return [Array<Executor>] those of the native plan that run Ruby, in its order
      def executors(run, kind = Executor)
        components = @definition.components.to_h { |component| [component.id, component] }
        @native.plan.each_with_index.filter_map do |(id, tasks), index|
          kind.new(run, @native, index, components.fetch(id), tasks) if ruby?(id)
        end
      end

      # A component instance for a native task.
      def instance(component, task)
        instance = component.instantiate
        if instance.respond_to?(:redgale_attach, true)
          instance.__send__(:redgale_attach, task, context(component, task.id), @metrics)
        end
        instance
      end

      # The custom groupings that read streams of a component, prepared, by number; nil where another component's.
      def groupings_for(component)
        @definition.custom_groupings.each_with_index.map do |grouping, number|
          consumer, source = custom_sources[number]
          next unless source && source["component"] == component.id

          object = grouping.is_a?(Class) ? grouping.new : grouping
          object.prepare(context(component, nil), source["stream"], tasks(consumer))
          object
        end
      end

      private

      def ruby?(id)
        @ruby ||= @model["components"].to_h { |model| [model["id"], model["implementation"].key?("ruby")] }
        @ruby.fetch(id)
      end

      def context(component, task)
        Context.new(task_id: task, component_id: component.id, topology_name: @definition.name,
                    config: config(component), tasks: ->(id) { tasks(id) })
      end

      def config(component)
        @configs[component.id] ||= @definition.config.merge(component.config).freeze
      end

      def tasks(id)
        @native.tasks(id.to_s) ||
          raise(Error, "no component `#{id}`: there are #{@definition.components.map(&:id).join(', ')}")
      end

      # Number of a custom grouping => [consumer id, source of the model].
      def custom_sources
        @custom_sources ||= @model["components"].flat_map do |component|
          component["sources"].filter_map do |source|
            [source["grouping"]["index"], [component["id"], source]] if source["grouping"]["type"] == "custom"
          end
        end.to_h
      end
    end
  end
end
