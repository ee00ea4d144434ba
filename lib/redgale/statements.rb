# frozen_string_literal: true

require "redgale/place"
require "redgale/suggestion"

module Redgale
  # The statements of a component class, and of a component's block in a topology.
  #
  # A statement with a block defines an instance method of that name, so `return` works in it; with a method name it
  # calls that method; with neither, the class defines the method itself by `def`. Subclasses inherit everything.
  #
  # What is wrong is collected and reported with everything else that is wrong when the topology is defined.
  module Statements
    # Options of the handler statements.
    OPTIONS = { on_send: %i[emit reliable], on_receive: %i[emit ack anchor], on_values: %i[emit ack anchor],
                on_batch: %i[max within emit ack anchor] }.freeze
    # What error_policy takes.
    POLICIES = %i[fail_tuple die].freeze
    # Statements of one kind of component only.
    ONLY = { spout: %i[on_send on_ack on_fail on_give_up on_activate on_deactivate max_retries],
             bolt: %i[on_receive on_values on_batch] }.freeze
    # Words of later parts.
    LATER = { window: "windows", state: "durable state", on_window: "windows" }.freeze

    # Declares the fields of stream `default`.
    # @param fields [Array<Symbol>] names, in the order of the values
    def output_fields(*fields)
      stream(:default, *fields)
    end

    # Declares a named stream.
    # @param name [Symbol] its name
    # @param fields [Array<Symbol>] names, in the order of the values
    # @param options [Hash] direct: true if the emitter names the task by `to:` (false)
    def stream(name, *fields, **options)
      declared = Statements.redgale_stream(name, fields, options)
      return redgale_problem(declared) if declared.is_a?(String)

      redgale_own[:streams][name.to_s] = declared
      nil
    end

    # Handles one tuple: `on_receive { |tuple| ... }`. Options: emit, ack, anchor (all true).
    # @param method [Symbol] a method instead of the block
    # @param options [Hash] emit: emit what is returned; ack: ack when it returns; anchor: anchor what is emitted
    def on_receive(method = nil, **options, &block)
      redgale_handler(:on_receive, method, options, block)
    end

    # Handles the values of one tuple, without a tuple object: `on_values { |word, count| ... }`. The fastest form.
    # @param method [Symbol] a method instead of the block
    # @param options [Hash] as for {#on_receive}
    def on_values(method = nil, **options, &block)
      redgale_handler(:on_values, method, options, block)
    end

    # Handles several tuples at once: `on_batch(max: 500, within: 0.2) { |tuples| ... }`. What it emits is anchored to
    # all of them, returning acks them all, raising fails them all, `fail(tuple)` fails one.
    # @param method [Symbol] a method instead of the block
    # @param options [Hash] max: most tuples (500); within: longest a tuple waits for others, seconds (0.2); and as for
    #   {#on_receive}
    def on_batch(method = nil, **options, &block)
      redgale_handler(:on_batch, method, options, block)
    end

    # Gives the next tuple: `on_send { ... }`. nil: nothing right now. Option reliable: false = untracked; true = the
    # first element of what is returned is the id, and the spout owns its replay; not given: tracked, replayed by the
    # engine.
    # @param method [Symbol] a method instead of the block
    # @param options [Hash] reliable:, emit:
    def on_send(method = nil, **options, &block)
      redgale_handler(:on_send, method, options, block)
    end

    # @!method on_init(method = nil, &block)
    #   Runs on the executor's thread before the first tuple, and again when a killed thread was replaced.
    #   @param method [Symbol] a method instead of the block
    # @!method on_close(method = nil, &block)
    #   Runs after the last tuple of an orderly end.
    #   @param method [Symbol] a method instead of the block
    # @!method on_activate(method = nil, &block)
    #   Spouts: runs when the topology becomes active, also the first time.
    #   @param method [Symbol] a method instead of the block
    # @!method on_deactivate(method = nil, &block)
    #   Spouts: runs when it becomes inactive or drains.
    #   @param method [Symbol] a method instead of the block
    # @!method on_ack(method = nil, &block)
    #   Spouts: `on_ack { |id| }` when a tuple's tree is done; gets the emitted id, of a tuple without one its values.
    #   @param method [Symbol] a method instead of the block
    # @!method on_fail(method = nil, &block)
    #   Spouts: `on_fail { |id| }` when it failed or timed out; the spout then owns its replay.
    #   @param method [Symbol] a method instead of the block
    # @!method on_error(method = nil, &block)
    #   `on_error { |error, tuple| }` when user code of this component raised.
    #   @param method [Symbol] a method instead of the block
    # @!method on_give_up(method = nil, &block)
    #   Spouts: `on_give_up { |values, error| }` after `max_retries` replays.
    #   @param method [Symbol] a method instead of the block
    # @!method on_tick(method = nil, &block)
    #   Runs every `tick every:` seconds. What it emits is unanchored unless `anchor:` is given; what it returns is
    #   ignored.
    #   @param method [Symbol] a method instead of the block
    # @!method around(method = nil, &block)
    #   `around { |tuple, handler| handler.call }` wraps every call of the handler; `tuple` is the tuple, the Array of
    #   values (on_values), the Array of tuples (on_batch) or nil (on_send).
    #   @param method [Symbol] a method instead of the block
    %i[on_init on_close on_activate on_deactivate on_ack on_fail on_error on_give_up on_tick around].each do |statement|
      define_method(statement) { |method = nil, &block| redgale_method(statement, method, block) }
    end

    # Calls on_tick regularly: `tick every: 5`.
    # @param options [Hash] every: seconds
    def tick(**options)
      unknown = options.keys - [:every]
      return redgale_problem(Suggestion.unknown("option of tick", unknown.first, [:every])) if unknown.any?

      every = options[:every]
      return redgale_problem("`tick every:` takes seconds above 0, not #{every.inspect}") unless redgale_seconds?(every)

      redgale_own[:tick] = Float(every)
      nil
    end

    # Limits the replays of a spout's tuple; without it there is no limit.
    # @param count [Integer] replays after the first try, from 0
    def max_retries(count)
      unless count.is_a?(Integer) && count >= 0
        return redgale_problem("`max_retries` takes a whole number from 0, not #{count.inspect}")
      end

      redgale_own[:places][:max_retries] = Place.of_caller
      redgale_own[:max_retries] = count
      nil
    end

    # What an exception of the handler does.
    # @param policy [Symbol] :fail_tuple (default): the tuple fails, the worker goes on; :die: the worker ends
    def error_policy(policy)
      return redgale_problem(Suggestion.unknown("error_policy", policy, POLICIES)) unless POLICIES.include?(policy)

      redgale_own[:error_policy] = policy
      nil
    end

    # Sets a configuration key for this component.
    # @param key [String, Symbol] a full key, or one of the user's own
    # @param value [Object] anything JSON can hold
    def set(key, value)
      redgale_own[:config][key.to_s] = value
      redgale_own[:config_at][key.to_s] = Place.of_caller
      nil
    end

    LATER.each do |word, part|
      # @api private
      define_method(word) do |*, **, &_|
        redgale_problem(NotAvailable.of(word, part).message)
      end
    end

    # A word that is no statement is a problem of the class while its body is read; later it is an undefined method.
    # @api private
    def method_missing(word, *, **, &_block)
      return super if redgale_own[:read] || word.end_with?("=", "?", "!") || word.start_with?("to_")

      redgale_problem(Suggestion.unknown("statement", word, redgale_words))
    end

    # @api private
    def respond_to_missing?(*)
      false
    end

    # What this class itself (not its superclass) states.
    # @api private
    def redgale_own
      @redgale_own ||= { streams: {}, handler: nil, config: {}, config_at: {}, problems: [], places: {}, aliases: {} }
    end

    # A setting of this class or the nearest superclass that has it.
    # @api private
    def redgale_setting(key)
      redgale_lineage.map { |klass| klass.redgale_own[key] }.find { |value| !value.nil? }
    end

    # A Hash setting, the superclasses' entries first.
    # @api private
    def redgale_merged(key)
      redgale_lineage.reverse.map { |klass| klass.redgale_own[key] }.reduce({}, :merge)
    end

    # This class and its superclasses that take statements, nearest first.
    # @api private
    def redgale_lineage
      ancestors.grep(Class).select { |klass| klass.respond_to?(:redgale_own) }
    end

    # Notes what is wrong at the caller's place.
    # @api private
    def redgale_problem(message, at = Place.of_caller)
      redgale_own[:problems] << { "message" => message, "at" => at }
      nil
    end

    # The statements that a component of this kind may use.
    # @api private
    def redgale_words(kind = respond_to?(:redgale_kind) ? redgale_kind : nil)
      Statements.public_instance_methods(false)
                .reject { |name| name.start_with?("redgale_", "method_missing", "respond_to") }
                .sort - LATER.keys - ONLY.except(kind).values.flatten
    end

    # The description of a stream for the model, or what is wrong with it.
    # @return [Hash, String]
    # @api private
    def self.redgale_stream(name, fields, options)
      unknown = options.keys - [:direct]
      return Suggestion.unknown("option of stream", unknown.first, [:direct]) if unknown.any?

      direct = options.fetch(:direct, false)
      return "`direct:` takes true or false, not #{direct.inspect}" unless [true, false].include?(direct)

      names = fields.flatten
      odd = [name, *names].find { |word| !word.is_a?(Symbol) && !word.is_a?(String) }
      return "names of streams and fields are Symbols, not #{odd.inspect}" if odd

      { "name" => name.to_s, "fields" => names.map(&:to_s), "direct" => direct, "at" => Place.of_caller }
    end

    private

    def redgale_handler(statement, method, options, block)
      redgale_check_options(statement, options)
      previous = redgale_own[:handler]
      if previous && previous[:statement] != statement
        redgale_problem("a component has one handler: `#{previous[:statement]}` (#{previous[:at]}) or `#{statement}`")
      end
      redgale_own[:handler] = { statement: statement, options: options.slice(*OPTIONS.fetch(statement)),
                                at: Place.of_caller }
      redgale_method(statement, method, block)
    end

    def redgale_check_options(statement, options)
      allowed = OPTIONS.fetch(statement)
      options.each do |option, value|
        wanted = redgale_wanted(option, value)
        if !allowed.include?(option)
          redgale_problem(Suggestion.unknown("option of #{statement}", option, allowed))
        elsif wanted
          redgale_problem("`#{option}:` of #{statement} takes #{wanted}, not #{value.inspect}")
        end
      end
    end

    # What an option takes, if this value is something else.
    def redgale_wanted(option, value)
      case option
      when :max then "a whole number from 1" unless redgale_count?(value)
      when :within then "seconds above 0" unless redgale_seconds?(value)
      else "true or false" unless [true, false].include?(value)
      end
    end

    def redgale_count?(value)
      value.is_a?(Integer) && value.positive?
    end

    def redgale_seconds?(value)
      value.is_a?(Numeric) && value.real? && value.positive? && value.to_f.finite?
    end

    def redgale_method(statement, method, block)
      redgale_check_first(statement)
      redgale_own[:places][statement] = Place.of_caller
      redgale_problem("`#{statement}` takes a method name or a block, not both") if method && block
      if block
        define_method(statement, &block)
      elsif method.is_a?(Symbol) || method.is_a?(String)
        redgale_forward(statement, method.to_sym)
      elsif !method.nil?
        redgale_problem("`#{statement}` takes the name of a method, not #{method.inspect}")
      end
      nil
    end

    # The second of two would silently replace the first. A subclass or a component's block may replace it.
    def redgale_check_first(statement)
      first = redgale_own[:places][statement]
      redgale_problem("`#{statement}` is stated twice for one class: here and at #{first}") if first
    end

    def redgale_forward(statement, method)
      return if method == statement

      define_method(statement) { |*arguments, &inner| __send__(method, *arguments, &inner) }
      redgale_own[:aliases][statement] = [method, instance_method(statement)]
    end
  end
end
