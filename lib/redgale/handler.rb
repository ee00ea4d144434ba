# frozen_string_literal: true

require "redgale/statements"

module Redgale
  # What the runtime must know to call a component class, read off the class once.
  # @api private
  class Handler
    MODES = { on_receive: :tuple, on_values: :values, on_batch: :batch, execute: :tuple }.freeze
    CALLBACKS = %i[on_init on_close on_activate on_deactivate].freeze
    # Most tuples of an on_batch call, and seconds a tuple waits for others, when not given.
    BATCH = { max: 500, within: 0.2 }.freeze

    attr_reader :problems

    # @param klass [Class] a component class; it may be given a method of its own (`redgale_handle`) for `around`
    def initialize(klass, kind, at)
      @klass = klass
      @kind = kind
      @at = at
      @problems = []
    end

    # @return [Hash] frozen
    def to_h
      @to_h ||= (@kind == :spout ? spout : bolt).merge(common).freeze
    end

    # @return [Symbol, nil] the statement or method that handles
    def statement
      @statement ||= stated || candidates.find { |name| defined_by_user?(name) }
    end

    private

    def candidates
      @kind == :spout ? %i[on_send next_tuple] : %i[on_receive on_values on_batch execute]
    end

    def stated
      found = setting(:handler)
      return unless found

      wrong = found && !candidates.include?(found[:statement])
      problem("a #{@kind} has no `#{found[:statement]}`: its handler is #{candidates.first(3).join(', ')}", found[:at]) if wrong
      found[:statement]
    end

    def options
      setting(:handler)&.fetch(:options) || {}
    end

    def bolt
      mode = MODES.fetch(statement, :tuple)
      arity = arity_of(statement, mode == :values ? nil : 1)
      base = { mode: mode, arity: arity, emit: true, ack: true, anchor: true, max: nil, within: nil }
      base.merge!(BATCH) if mode == :batch
      base.merge(options.compact, method: wrapped(statement, mode))
    end

    def spout
      reliable = options[:reliable]
      own = reliable == true || defined_by_user?(:on_fail)
      { method: wrapped(statement, :spout), emit: options.fetch(:emit, true), reliable: reliable != false,
        id_first: reliable == true, replay: own ? :own : :engine, ack: callback(:on_ack, 1), fail: callback(:on_fail, 1),
        give_up: callback(:on_give_up, 2), max_retries: setting(:max_retries) }
    end

    def common
      tick = setting(:tick)
      problem("`tick every:` needs `on_tick`") if tick && !defined_by_user?(:on_tick)
      problem("`on_tick` needs `tick every:`") if !tick && defined_by_user?(:on_tick)
      { around: (:around if defined_by_user?(:around)), error: callback(:on_error, 2), tick: tick,
        tick_method: (:on_tick if tick), error_policy: setting(:error_policy) || :fail_tuple,
        callbacks: CALLBACKS.to_h { |name| [name, callback(name, 0)] } }
    end

    # A method that takes just what it is given: a block that declares fewer parameters gets only those.
    def callback(name, given)
      return unless defined_by_user?(name)

      takes = arity_of(name, given)
      return name if takes == given || takes == -1

      adapter = :"redgale_#{name}"
      @klass.define_method(adapter) { |*arguments| __send__(name, *arguments.first(takes)) }
      adapter
    end

    # The method the native loop calls: the handler, or a wrapper that applies `around`.
    def wrapped(name, mode)
      return name unless name && defined_by_user?(:around)

      takes = arity_of(:around, 2)
      wrap(name, takes == -1 ? 2 : takes, mode)
      :redgale_handle
    end

    def wrap(name, takes, mode)
      @klass.define_method(:redgale_handle) do |*arguments|
        input = mode == :values ? arguments : arguments.first
        __send__(:around, *[input, -> { __send__(name, *arguments) }].first(takes))
      end
    end

    # How many arguments a method wants: -1 = any, else at most `given`.
    def arity_of(name, given)
      return -1 unless name && method_of(name)

      target = setting(:aliases)&.fetch(name, nil) || name
      arity = (method_of(target) || method_of(name)).arity
      needed = arity.negative? ? ~arity : arity
      problem("`#{target}` takes #{needed} arguments, but gets at most #{given}") if given && needed > given
      return arity unless arity.negative?

      given || -1
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

    def setting(key)
      @klass.respond_to?(:redgale_setting) ? @klass.redgale_setting(key) : nil
    end

    def problem(message, at = @at)
      @problems << { "message" => message, "at" => at }
    end
  end
end
