# frozen_string_literal: true

require "redgale/handler"
require "redgale/component_block"

module Redgale
  # One component of a topology: its class, options and block, evaluated.
  # @api private
  class ComponentDefinition
    OPTIONS = %i[id parallelism tasks with].freeze
    # Methods of the public API that user code must not replace.
    RESERVED = { spout: %i[emit finish config context log metrics],
                 bolt: %i[emit ack fail config context log metrics] }.freeze
    TICK_KEY = "topology.tick.tuple.freq.secs"

    # Tasks of a component, where `tasks:` says nothing.
    TASKS_KEY = "topology.tasks"
    # Most executors and tasks of any component.
    MOST_KEY = "topology.max.task.parallelism"

    attr_reader :id, :kind, :klass, :at, :problems

    def initialize(kind, klass, options, block, at)
      @kind = kind
      @klass = klass
      @at = at
      @options = options
      @problems = []
      read_options
      @block = read_block(block)
      @problems.concat(@block.redgale_problems)
      check
    end

    # The class that is instantiated: the user's, or an anonymous subclass of it that the block made.
    def target
      @block.redgale_target
    end

    def handler
      @reading.to_h
    end

    # Values the handler of `on_values` cannot do without; 0 for other handlers.
    def values_needed
      @reading.values_needed
    end

    # @return [Array<String>, nil] fields of a stream; nil if there is no such stream
    def fields_of(name)
      streams.find { |stream| stream["name"] == name }&.fetch("fields")
    end

    def streams
      declared = target.respond_to?(:redgale_merged) ? target.redgale_merged(:streams) : {}
      declared = declared.merge(@block.redgale_streams)
      declared["default"] ||= { "name" => "default", "fields" => [], "direct" => false, "at" => at }
      declared.values
    end

    # Whether the block reads nothing, and not because of a problem in it.
    def sourceless?
      kind == :bolt && raw_sources.empty? && @block.redgale_problems.empty?
    end

    # Subscriptions as the block wrote them: [[component class or id, grouping Hash, stream, place]].
    def raw_sources
      @block.redgale_sources
    end

    def config
      own = target.respond_to?(:redgale_merged) ? target.redgale_merged(:config) : {}
      own = own.merge(@block.redgale_config)
      handler[:tick] ? own.merge(TICK_KEY => handler[:tick]) : own
    end

    def config_at
      own = target.respond_to?(:redgale_merged) ? target.redgale_merged(:config_at) : {}
      own.merge(@block.redgale_config_at)
    end

    # Where the class or the block uses statements.
    # @return [Hash{Symbol => String}] "file:line" of those of the words that it uses
    def places_of(words)
      target.respond_to?(:redgale_merged) ? target.redgale_merged(:places).slice(*words) : {}
    end

    # A new instance, made with what `with:` says.
    def instantiate
      case (with = @options[:with])
      when nil then target.new
      when Hash then target.new(**with)
      else target.new(*with)
      end
    end

    # @param sources [Array<Hash>] what it reads
    # @param topology [Hash] the topology's configuration
    def to_model(sources, topology)
      executors, tasks = size(topology.merge(config))
      { "id" => id, "kind" => kind.to_s, "implementation" => implementation,
        "executors" => executors, "tasks" => tasks, "at" => at, "streams" => streams, "sources" => sources,
        # a tick of the whole topology is only for components that want one
        "config" => handler[:tick_method] ? config : { TICK_KEY => nil }.merge(config), "config_at" => config_at }
    end

    # Notes what is wrong here.
    def problem(message, place = at)
      @problems << { "message" => message, "at" => place }
      nil
    end

    # The statement that made it, for messages.
    def statement
      kind
    end

    # Whether it is a program of its own.
    def shell?
      false
    end

    private

    def read_block(block)
      ComponentBlock.new(self, block)
    end

    def implementation
      { "ruby" => { "class" => klass.name.to_s } }
    end

    def default_id
      Inflection.underscore(klass.name || "anonymous")
    end

    def read_options
      allowed = self.class::OPTIONS
      @options.each_key do |option|
        problem(Suggestion.unknown("option of #{statement}", option, allowed)) unless allowed.include?(option)
      end
      @id = (@options[:id] || default_id).to_s
      @executors = count(:parallelism) || 1
      @tasks = count(:tasks)
    end

    # Number of executors and tasks. A value of the configuration that is no number is reported by the validation.
    def size(config)
      wanted, most = config.values_at(TASKS_KEY, MOST_KEY).map { |value| count?(value) ? value : nil }
      [@executors, @tasks || wanted || @executors].map { |number| [number, most].compact.min }
    end

    def count(option)
      value = @options[option]
      return value if value.nil? || count?(value)

      problem("`#{option}:` of #{statement} `#{@id}` takes a whole number from 1, not #{value.inspect}")
    end

    def count?(value)
      value.is_a?(Integer) && value.positive?
    end

    # A class that is not written with the statements may describe its handler itself.
    def check
      @reading = target.respond_to?(:redgale_reading) ? target.redgale_reading(at) : Handler.new(target, kind, at)
      # a class of the other kind has no handler either, but that is not what is wrong with it
      return if wrong_kind?

      check_handler
      check_overrides
      check_arguments
      check_statements
    end

    def wrong_kind?
      return false unless klass.respond_to?(:redgale_kind) && klass.redgale_kind != kind

      problem("#{label} is a #{klass.redgale_kind}, not a #{kind}: use `#{klass.redgale_kind} #{label}`")
      true
    end

    def check_handler
      if @reading.statement
        handler
        return @problems.concat(@reading.problems)
      end

      names = kind == :spout ? "on_send (or def next_tuple)" : "on_receive, on_values or on_batch (or def execute)"
      problem("#{label} has no handler: a #{kind} needs #{names}")
    end

    def check_overrides
      return unless target <= Component

      RESERVED.fetch(kind).each do |name|
        method = target.instance_method(name)
        next if [Component, Spout, Bolt].include?(method.owner)

        problem("#{method.owner.name || label} defines `#{name}`, which Redgale::#{kind.capitalize} already has: " \
                "rename it", method.source_location ? Place.of_block(method) : at)
      end
    end

    def check_arguments
      with = @options[:with]
      unless with.nil? || with.is_a?(Hash) || with.is_a?(Array)
        return problem("`with:` of #{kind} `#{id}` takes a Hash (keywords) or an Array (positional), " \
                       "not #{with.inspect}")
      end

      odd = with.is_a?(Hash) ? with.keys.grep_v(Symbol) : []
      return problem("`with:` of #{kind} `#{id}`: keywords are Symbols, not #{odd.first.inspect}") if odd.any?

      wrong = ConstructorCheck.new(target.instance_method(:initialize)).problem(with)
      problem("#{label}.new: #{wrong}") if wrong
    end

    # What the class body said, its superclasses' included.
    def check_statements
      return unless target.respond_to?(:redgale_lineage)

      target.redgale_lineage.each do |owner|
        @problems.concat(owner.redgale_own[:problems])
        owner.redgale_own[:read] = true
      end
      other = kind == :spout ? :bolt : :spout
      # a handler of the other kind is told by Handler
      words = Statements::ONLY.fetch(other) - Statements::OPTIONS.keys
      target.redgale_merged(:places).slice(*words).each do |word, place|
        problem("`#{word}` is for #{other}s: `#{id}` is a #{kind}", place)
      end
    end

    def label
      klass.name || "the class"
    end
  end
end
