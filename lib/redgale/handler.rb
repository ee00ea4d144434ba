# frozen_string_literal: true

require "redgale/statements"
require "redgale/tuple"

module Redgale
  # What the runtime must know to call a component class, read off the class once.
  # @api private
  class Handler
    MODES = { on_receive: :tuple, on_values: :values, on_batch: :batch, execute: :tuple }.freeze
    # Statements and methods that handle, by kind of component.
    CANDIDATES = { spout: %i[on_send next_tuple], bolt: %i[on_receive on_values on_batch execute] }.freeze
    CALLBACKS = %i[on_init on_close on_activate on_deactivate].freeze
    # Most tuples of an on_batch call, and seconds a tuple waits for others, when not given.
    BATCH = { max: 500, within: 0.2 }.freeze

    attr_reader :problems

    # @param klass [Class] a component class; it may be given methods of its own (`redgale_...`) that adapt arguments
    def initialize(klass, kind, at)
      @klass = klass
      @kind = kind
      @at = at
      @problems = []
    end

    # @return [Hash] frozen
    def to_h
      @to_h ||= begin
        check_rivals if statement
        (@kind == :spout ? spout : bolt).merge(common).freeze
      end
    end

    # @return [Symbol, nil] the statement or method that handles
    def statement
      @statement ||= redefined || stated || CANDIDATES.fetch(@kind).find { |name| defined_by_user?(name) }
    end

    # Values the handler of `on_values` cannot do without.
    # @return [Integer]
    def values_needed
      to_h[:mode] == :values && defined_by_user?(statement) ? required_of(method_of(target_of(statement))) : 0
    end

    private

    def stated
      found = setting(:handler)
      return unless found

      allowed = CANDIDATES.fetch(@kind)
      unless allowed.include?(found[:statement])
        problem("a #{@kind} has no `#{found[:statement]}`: its handler is #{allowed.join(', ')}", found[:at])
      end
      found[:statement]
    end

    # A handler that a class nearer than the one with the statement has by `def`.
    def redefined
      return unless setting(:handler)

      lineage = @klass.redgale_lineage
      nearer = lineage.first(lineage.index { |owner| owner.redgale_own[:handler] })
      handlers.find { |name| nearer.include?(method_of(name)&.owner) }
    end

    # A second handler, by `def` in the same class.
    def check_rivals
      owner = method_of(statement)&.owner
      rival = handlers.find { |name| name != statement && owner && method_of(name)&.owner == owner }
      return if rival.nil? || (owner.respond_to?(:redgale_own) && owner.redgale_own[:places].key?(rival))

      problem("a component has one handler: `#{statement}` or `#{rival}`", place_of(method_of(rival)))
    end

    # Methods that handle without being stated; `execute` and `next_tuple` may as well be something else.
    def handlers
      CANDIDATES.fetch(@kind) & Statements::OPTIONS.keys
    end

    def options
      found = setting(:handler)
      found && found[:statement] == statement ? found[:options] : {}
    end

    def bolt
      mode = MODES.fetch(statement, :tuple)
      arity = arity_of(statement, mode == :values ? nil : 1)
      base = { mode: mode, arity: arity, emit: true, ack: true, anchor: true, max: nil, within: nil,
               tuple_class: setting(:tuple_class) || Redgale::Tuple }
      base.merge!(BATCH) if mode == :batch
      base.merge!(options.compact, method: wrapped(statement, mode, arity))
      # `around` is given the whole input; its wrapper leaves out what the handler does not want
      base[:arity] = mode == :values ? -1 : 1 if around?
      base
    end

    def spout
      reliable = options[:reliable]
      own = reliable == true || defined_by_user?(:on_fail)
      arity = arity_of(statement, 0)
      { method: wrapped(statement, :spout, arity), emit: options.fetch(:emit, true), reliable: reliable != false,
        id_first: reliable == true, replay: own ? :own : :engine, max_retries: setting(:max_retries),
        ack: callback(:on_ack, 1), fail: callback(:on_fail, 1), give_up: callback(:on_give_up, 2) }
    end

    def common
      tick = setting(:tick)
      problem("`tick every:` needs `on_tick`") if tick && !defined_by_user?(:on_tick)
      { around: (:around if around?), error: callback(:on_error, 2), tick: tick, tick_method: callback(:on_tick, 0),
        error_policy: setting(:error_policy) || :fail_tuple,
        callbacks: CALLBACKS.to_h { |name| [name, callback(name, 0)] } }
    end

    # A method that takes just what it is given: a block that declares fewer parameters gets only those.
    def callback(name, given)
      return unless defined_by_user?(name)

      takes = arity_of(name, given)
      return name if [given, -1].include?(takes)

      adapter = :"redgale_#{name}"
      @klass.define_method(adapter) { |*arguments| __send__(name, *arguments.first(takes)) }
      adapter
    end

    def around?
      defined_by_user?(:around)
    end

    # The method the native loop calls: the handler, or a wrapper that applies `around`.
    def wrapped(name, mode, wanted)
      return name unless name && around?

      takes = arity_of(:around, 2)
      wrap(name, takes == -1 ? 2 : takes, mode, wanted)
      :redgale_handle
    end

    def wrap(name, takes, mode, wanted)
      @klass.define_method(:redgale_handle) do |*arguments|
        input = mode == :values ? arguments : arguments.first
        used = wanted == -1 ? arguments : arguments.first(wanted)
        __send__(:around, *[input, -> { __send__(name, *used) }].first(takes))
      end
    end

    # How many arguments to give a method: -1 = all there are.
    def arity_of(name, given)
      return -1 unless name

      target = target_of(name)
      method = method_of(target)
      return missing(name, target) unless method

      check_parameters(name, target, method, given)
      most_of(method, given)
    end

    def check_parameters(name, target, method, given)
      what = target == name && place(name) ? "the block of `#{name}`" : "`#{target}`"
      keywords = method.parameters.select { |kind, _| kind == :keyreq }.map(&:last)
      problem("#{what} needs keyword #{keywords.join(', ')}: it gets none", place_of(method)) if keywords.any?
      needed = required_of(method)
      return if given.nil? || needed <= given

      problem("#{what} takes #{needed} parameter#{'s' if needed > 1}, but gets #{at_most(given)}", place_of(method))
    end

    def missing(name, target)
      message = if target == name
                  "`#{name}` of #{label} needs a block, a method name or `def #{name}`"
                else
                  "`#{name} :#{target}`: #{label} has no method `#{target}`#{Suggestion.for(target, own_methods)}"
                end
      problem(message, place(name) || @at)
      -1
    end

    def at_most(given)
      given.zero? ? "none" : "at most #{given}"
    end

    def required_of(method)
      method.parameters.count { |kind, _| kind == :req }
    end

    def most_of(method, given)
      return given || -1 if method.parameters.any? { |kind, _| kind == :rest }

      takes = method.parameters.count { |kind, _| %i[req opt].include?(kind) }
      given ? [takes, given].min : takes
    end

    # The method that a statement with a method name stands for, unless a later `def` replaced the statement's own.
    def target_of(name)
      method = method_of(name)
      owner = method&.owner
      target, forwarder = owner.redgale_own[:aliases][name] if owner.respond_to?(:redgale_own)
      target && owner.instance_method(name) == forwarder ? target : name
    end

    def method_of(name)
      @klass.instance_method(name)
    rescue NameError
      nil
    end

    # Kernel and Object have no methods of these names, the component classes define none of them.
    def defined_by_user?(name)
      !method_of(name).nil?
    end

    def own_methods
      (@klass.instance_methods + @klass.private_instance_methods(false)).uniq - Object.instance_methods
    end

    def label
      @klass.name || "the class"
    end

    def place_of(method)
      method.source_location ? Place.of_block(method) : @at
    end

    # Where a statement stands.
    def place(name)
      @klass.respond_to?(:redgale_merged) ? @klass.redgale_merged(:places)[name] : nil
    end

    def setting(key)
      @klass.respond_to?(:redgale_setting) ? @klass.redgale_setting(key) : nil
    end

    def problem(message, at = @at)
      @problems << { "message" => message, "at" => at }
    end
  end
end
