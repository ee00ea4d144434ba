# frozen_string_literal: true

require "redgale/handler"
require "redgale/component_block"

module Redgale
  # One component of a topology: its class, options and block, evaluated.
  # @api private
  class ComponentDefinition
    OPTIONS = %i[id parallelism tasks with].freeze
    # Methods of the public API that user code must not replace.
    RESERVED = { spout: %i[emit finish config context log metrics], bolt: %i[emit ack fail config context log metrics] }.freeze

    attr_reader :id, :kind, :klass, :at, :executors, :tasks, :problems

    def initialize(kind, klass, options, block, at)
      @kind = kind
      @klass = klass
      @at = at
      @options = options
      @problems = []
      read_options
      @block = ComponentBlock.new(self, block)
      @problems.concat(@block.redgale_problems)
      check
    end

    # The class that is instantiated: the user's, or an anonymous subclass of it that the block made.
    def target
      @block.redgale_target
    end

    def handler
      @handler ||= begin
        read = Handler.new(target, kind, at)
        values = read.to_h
        @problems.concat(read.problems)
        values
      end
    end

    def streams
      declared = target.respond_to?(:redgale_merged) ? target.redgale_merged(:streams) : {}
      declared = declared.merge(@block.redgale_streams)
      declared["default"] ||= { "name" => "default", "fields" => [], "direct" => false, "at" => at }
      declared.values
    end

    # Subscriptions as the block wrote them: [[component class or id, grouping Hash, stream, place]].
    def raw_sources
      @block.redgale_sources
    end

    def config
      own = target.respond_to?(:redgale_merged) ? target.redgale_merged(:config) : {}
      own = own.merge(@block.redgale_config)
      own = own.merge("topology.tick.tuple.freq.secs" => handler[:tick]) if handler[:tick]
      own
    end

    def config_at
      own = target.respond_to?(:redgale_merged) ? target.redgale_merged(:config_at) : {}
      own.merge(@block.redgale_config_at)
    end

    # A new instance, made with what `with:` says.
    def instantiate
      case (with = @options[:with])
      when nil then target.new
      when Hash then target.new(**with)
      else target.new(*with)
      end
    end

    def to_model(sources)
      { "id" => id, "kind" => kind.to_s, "implementation" => { "ruby" => { "class" => klass.name.to_s } },
        "executors" => executors, "tasks" => tasks, "at" => at, "streams" => streams, "sources" => sources,
        "config" => config, "config_at" => config_at }
    end

    # Notes what is wrong here.
    def problem(message, place = at)
      @problems << { "message" => message, "at" => place }
      nil
    end

    private

    def read_options
      @options.each_key do |option|
        problem(Suggestion.unknown("option of #{kind}", option, OPTIONS)) unless OPTIONS.include?(option)
      end
      @id = (@options[:id] || Inflection.underscore(klass.name || "anonymous")).to_s
      @executors = count(:parallelism) || 1
      @tasks = count(:tasks) || @executors
    end

    def count(option)
      value = @options[option]
      return value if value.nil? || (value.is_a?(Integer) && value.positive?)

      problem("`#{option}:` of #{kind} `#{@id}` takes a whole number from 1, not #{value.inspect}")
    end

    def check
      check_kind
      check_handler
      check_overrides
      check_arguments
      return unless target.respond_to?(:redgale_lineage)

      @problems.concat(target.redgale_lineage.flat_map { |owner| owner.redgale_own[:problems] })
    end

    def check_kind
      return unless klass.respond_to?(:redgale_kind) && klass.redgale_kind != kind

      problem("#{klass.name} is a #{klass.redgale_kind}, not a #{kind}: use `#{klass.redgale_kind} #{klass.name}`")
    end

    def check_handler
      read = Handler.new(target, kind, at)
      return handler if read.statement

      names = kind == :spout ? "on_send (or def next_tuple)" : "on_receive, on_values or on_batch (or def execute)"
      problem("#{klass.name} has no handler: a #{kind} needs #{names}")
      handler
    end

    def check_overrides
      return unless target <= Component

      RESERVED.fetch(kind).each do |name|
        owner = target.instance_method(name).owner
        next if [Component, Spout, Bolt].include?(owner)

        problem("#{owner.name || klass.name} defines `#{name}`, which Redgale::#{kind.capitalize} already has: rename it")
      end
    end

    def check_arguments
      with = @options[:with]
      unless with.nil? || with.is_a?(Hash) || with.is_a?(Array)
        return problem("`with:` takes a Hash (keywords) or an Array (positional), not #{with.inspect}")
      end

      wrong = ConstructorCheck.new(target.instance_method(:initialize).parameters).problem(with)
      problem("#{klass.name}.new: #{wrong}") if wrong
    end
  end
end
