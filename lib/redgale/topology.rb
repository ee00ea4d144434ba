# frozen_string_literal: true

require "redgale/definition"
require "redgale/serialization"

module Redgale
  # Describes which components there are and who reads whom.
  #
  # @example
  #   class WordCount < Redgale::Topology
  #     spout Sentences
  #     bolt(Split, parallelism: 2) { source Sentences, :shuffle }
  #     bolt(Count, parallelism: 2) { source Split, fields: [:word] }
  #     configure { max_spout_pending 500 }
  #   end
  class Topology
    STATEMENTS = %w[spout bolt shell configure name on_submit serializes].freeze
    private_constant :STATEMENTS

    # Stands for a class that lost its block; it has been reported.
    STOLEN = Object.new.freeze
    private_constant :STOLEN

    class << self
      # Adds a spout.
      # @param klass [Class] a {Spout}, or any class with `next_tuple`
      # @param options [Hash] id: (default: the class name, underscored), parallelism: executors (1),
      #   tasks: (= parallelism), with: constructor arguments (Hash = keywords, Array = positional)
      # @yield optional: fields, streams, configuration, statements for this component
      def spout(klass = nil, **options, &block)
        redgale_add(:spout, klass, options, block)
      end

      # Adds a bolt.
      # @param klass [Class] a {Bolt}, or any class with `execute(tuple)`
      # @param options [Hash] as for {#spout}
      # @yield `source` statements, and what {#spout} takes
      def bolt(klass = nil, **options, &block)
        redgale_add(:bolt, klass, options, block)
      end

      # Adds a program that speaks Storm's multilang protocol: a bolt if its block has a `source`, else a spout. Each
      # task has a process of its own.
      # @param command [Array<String>] the program and its arguments; no shell reads them
      # @param options [Hash] id: (default: the name of the script or program), parallelism:, tasks: as for {#spout};
      #   directory: where it runs (default: `resources/` beside the topology file if the script is there, else the
      #   folder of that file), environment: a Hash that is added to the environment
      # @yield `source` and `tick` statements, fields, streams, configuration
      def shell(*command, **options, &block)
        redgale_own[:components] << [:shell, command, options, block, Place.of_caller]
        nil
      end

      # Configures the topology; may be used several times, later values win.
      # @yieldparam env [Symbol] :local, :cluster or what `--env` says
      def configure(&block)
        return redgale_problem("`configure` needs a block") unless block

        redgale_own[:configure] << block
        nil
      end

      # Runs once, when the definition was found right and before any component is made, in the process that configures
      # the topology. If it raises, nothing is run.
      # @param method [Symbol] a class method instead of the block
      # @yieldparam env [Symbol] as for {#configure}
      def on_submit(method = nil, &block)
        return redgale_problem("`on_submit` needs a block or the name of a class method") unless method || block

        redgale_own[:on_submit] = block || ->(env) { public_send(method, *[env].first(method(method).arity.abs)) }
        nil
      end

      # Names the topology; without an argument it is the class's name, as for any class.
      # @param name [String, nil] the topology's name; default: the class name, underscored
      # @return [String]
      def name(name = nil)
        return super() if name.nil?

        redgale_own[:name] = name.to_s
      end

      # Lets objects of a class leave the process: to other workers, to native components and to programs. Date,
      # DateTime, BigDecimal, Rational, Complex, Set, Range, and the classes of Struct and Data, can without it.
      #
      # @example
      #   serializes Money, dump: ->(money) { money.cents }, load: ->(cents) { Money.new(cents) }
      #   serializes Point, dump: :to_a, load: :from_a     # Point#to_a and Point.from_a
      # @param klass [Class] a class with a name; objects of its subclasses are not meant
      # @param dump [#call, Symbol, nil] makes of an object something that can travel, or names the method that does
      #   (default `dump`)
      # @param load [#call, Symbol, nil] makes an object of that again, or names the class method that does (default
      #   `load`)
      def serializes(klass = nil, dump: nil, load: nil)
        serializer = Serializer.read(klass, dump, load)
        return redgale_problem(serializer) if serializer.is_a?(String)
        if redgale_own[:serializers].any? { |other| other.name == serializer.name }
          return redgale_problem("`serializes #{klass}` is stated twice")
        end

        redgale_own[:serializers] << serializer
        nil
      end

      # Evaluates the description.
      # @param env [Symbol] what `configure` blocks get
      # @param overrides [Hash{String => Object}] configuration that wins over the topology's
      # @return [Definition] with all its problems
      # @api private
      def define(env: :local, overrides: {})
        Definition.new(self, redgale_description, env, overrides)
      end

      # @api private
      def inherited(subclass)
        super
        subclass.redgale_own[:at] = Place.of_caller
        Topology.redgale_all << subclass
      end

      # All topologies that were loaded.
      # @api private
      def redgale_all
        @redgale_all ||= []
      end

      # @api private
      def redgale_own
        @redgale_own ||= { components: [], configure: [], problems: [], serializers: [], at: "" }
      end

      # A word that is no statement is a problem while the topology's body is read; later it is an undefined method.
      # @api private
      def method_missing(word, *, **, &block)
        return super if redgale_own[:read] || word.end_with?("=", "?", "!") || word.start_with?("to_")
        return redgale_stolen_block(word) if block && word.match?(/\A\p{Lu}/)

        redgale_problem(Suggestion.unknown("topology statement", word, STATEMENTS))
      end

      # @api private
      def respond_to_missing?(*)
        false
      end

      private

      # What this topology and those it inherits from say, theirs first. The name is not inherited.
      def redgale_description
        lineage = ancestors.grep(Class).take_while { |klass| klass < Topology }.map(&:redgale_own).reverse
        lineage.each { |own| own[:read] = true }
        lists = %i[components configure problems serializers].to_h { |key| [key, lineage.flat_map { |own| own[key] }] }
        redgale_own.slice(:name, :at).merge(lists, on_submit: lineage.filter_map { |own| own[:on_submit] }.last)
      end

      # `bolt Split { ... }`: Ruby reads Split as a method, which gets the block.
      def redgale_stolen_block(word)
        redgale_problem("Ruby gives the { } block to `#{word}`: write `bolt(#{word}) { ... }` or use do ... end")
        STOLEN
      end

      def redgale_add(kind, klass, options, block)
        return if klass.equal?(STOLEN)

        at = Place.of_caller
        return redgale_problem("`#{kind}` takes a class, not #{klass.inspect}") unless klass.is_a?(Class)

        redgale_own[:components] << [kind, klass, options, block, at]
        nil
      end

      def redgale_problem(message)
        redgale_own[:problems] << { "message" => message, "at" => Place.of_caller }
        nil
      end
    end
  end
end
