# frozen_string_literal: true

require "redgale"
require "redgale/testing/completing"
require "redgale/testing/options"
require "redgale/testing/plan"
require "redgale/testing/replacements"
require "redgale/testing/rig"
require "redgale/testing/run"
require "redgale/testing/simulation"
require "redgale/testing/tested_bolt"
require "redgale/testing/tested_spout"

module Redgale
  # Runs components and topologies in tests: on the engine itself, with its clock replaced. Everything runs on the
  # calling thread; nothing sleeps and nothing needs a network.
  #
  # Emitted values are frozen deeply and go through the codec, as with `--strict`.
  #
  # @example A bolt
  #   bolt = Redgale::Testing.component(CountBolt)
  #   bolt.receive(word: "a").emitted   # => [["a", 1]]
  #
  # @example A topology with the tuples of one spout given
  #   done = Redgale::Testing.complete(WordCountTopology, SentenceSpout => [["a b"]])
  #   done[CountBolt]                   # => [["a", 1], ["b", 1]]
  #
  # @example Time
  #   Redgale::Testing.simulate(WordCountTopology, SentenceSpout => []) do |t|
  #     t.feed SentenceSpout, [["a b"]]
  #     t.advance 10
  #     t[CountBolt]
  #   end
  module Testing
    class << self
      # Runs one component by itself.
      #
      # The block says what the block of `spout` or `bolt` of a topology may say.
      #
      # @param klass [Class, Symbol, String] a spout or bolt class; with `topology:` also an id
      # @param options [Hash]
      #   with: constructor arguments (Hash = keywords, Array = positional); config: configuration of the topology, by
      #   word or key; id: its id; strict: false leaves emitted values as they are.
      #   For a bolt, fields: of its input, as an Array or by stream (without it, those of the first tuple); inputs:
      #   {id => fields} for several inputs.
      #   readers: {id => number of tasks} of components that read it, for `context.tasks` and direct streams.
      #   topology: a topology class: the component as that topology defines it, with its inputs and readers; then env:
      #   and set: as for {simulate}, and none of the others but strict:.
      # @return [TestedBolt, TestedSpout]
      # @raise [ArgumentError] for what is neither, and for options that do not fit
      # @raise [DefinitionError] with all that is wrong with it
      def component(klass, **options, &block)
        rig = Rig.new(klass, options, block)
        rig.kind == :spout ? TestedSpout.new(rig) : TestedBolt.new(rig)
      end

      # Runs a topology, with the tuples of some spouts given, until all spouts have finished and no tuple is pending.
      #
      # Components are named by class or id: `complete(T, SentenceSpout => [["a b"]])`, `complete(T, sentences: [...])`.
      # The tuples of a spout are an Array; for several streams a Hash of them. A tuple is an Array of its values, a
      # Hash of them by field name, or a bare value if there is one field. A block in the place of a bolt is called
      # with each tuple, and what it returns is emitted by the return rule.
      #
      # @param topology [Class] a topology
      # @param given [Hash] what stands in for which component; its Symbols are never options
      # @param options [Hash] the same without braces, and: env: what `configure` gets (:local); set: configuration that
      #   overrides the topology's; within: longest time in simulated seconds (3600); retries: how often a given tuple
      #   that failed is emitted again (0); allow_failures: true does not raise {Failed}; strict: false leaves emitted
      #   values as they are
      # @return [Completion]
      # @raise [Failed] if a tuple failed, or user code raised
      # @raise [NotFinished] if the topology is not done within that time
      # @raise [ArgumentError] if the topology has no such component, or tuples do not fit its fields
      # @raise [DefinitionError] with all problems of the definition
      # @raise [WorkerEnded, Exception] what user code raised, if it ended the worker
      def complete(topology, given = {}, **options)
        given, options = Options.split(given, options, Options::COMPLETE)
        run = start("complete", topology, given, options)
        Completing.new(run, topology, options).call
      end

      # Runs a topology on a simulated clock, as the block says.
      #
      # @param topology [Class] a topology
      # @param given [Hash] what stands in for which component, as for {complete}; spouts that are replaced do not
      #   finish before {Simulation#finish}
      # @param options [Hash] as for {complete}, without within: and allow_failures:
      # @yieldparam simulation [Simulation] it is closed after the block
      # @return [Object] what the block returns; without a block the simulation
      # @raise [ArgumentError, DefinitionError, WorkerEnded, Exception] as {complete}
      def simulate(topology, given = {}, **options)
        given, options = Options.split(given, options, Options::SIMULATE)
        simulation = Simulation.new(start("simulate", topology, given, options))
        return simulation unless block_given?

        begin
          result = yield simulation
          simulation.close
          result
        ensure
          simulation.close
        end
      end

      private

      def start(asked, topology, given, options)
        plan = Plan.of(topology, asked, env: options[:env], set: options[:set])
        Replacements.new(plan, options[:retries]).apply(given)
        plan.feeds.each_value(&:close) if asked == "complete"
        Run.new(plan, strict: options[:strict])
      end
    end
  end
end
