# frozen_string_literal: true

require "redgale/version"
require "redgale/errors"
require "redgale/native"
require "redgale/tuple"
require "redgale/log"
require "redgale/metrics"
require "redgale/context"
require "redgale/component"
require "redgale/spout"
require "redgale/bolt"
require "redgale/topology"
require "redgale/control"

# A stream processor with spouts, bolts and topologies written in Ruby and an engine written in Rust.
#
# @example
#   class Numbers < Redgale::Spout
#     output_fields :n
#     on_init { @n = 0 }
#     on_send { @n < 3 ? @n += 1 : finish }
#   end
#
#   class Show < Redgale::Bolt
#     on_receive { |tuple| puts tuple[:n] }
#   end
#
#   class NumbersTopology < Redgale::Topology
#     spout Numbers
#     bolt(Show) { source Numbers, :global }
#   end
#
#   Redgale.run(NumbersTopology)
module Redgale
  # Runs a topology in this process and waits for its end; `redgale local` does the same from the shell.
  #
  # A block is called once, in the calling thread, when every `on_init` has run and just before the topology becomes
  # active; the topology begins when it returns. If it raises, the topology ends without having begun.
  #
  # @param topology [Class] a subclass of {Topology}, or of RedStorm::DSL::Topology
  # @param env [Symbol] what `configure` blocks get
  # @param set [Hash{String => Object}] configuration that overrides the topology's
  # @param strict [Boolean] deep-freeze every emitted value and pass it through the codec
  # @param debug [Boolean] suspend message timeouts, for breakpoints
  # @param timeout [Numeric, nil] seconds after which the topology drains
  # @yieldparam control [Control] activates, deactivates and stops the topology, from any thread
  # @return [Hash] the report described in docs/cli.md
  # @raise [DefinitionError] with all problems of the definition
  # @raise [TypeError] if it is not given a topology
  def self.run(topology, env: :local, set: {}, strict: false, debug: false, timeout: nil, &block) # rubocop:disable Metrics/ParameterLists
    unless topology.respond_to?(:define) && !topology.equal?(Topology)
      raise TypeError, "Redgale.run takes a subclass of Redgale::Topology, not #{topology.inspect}"
    end

    require "redgale/runtime/local_run"
    definition = topology.define(env: env, overrides: set)
    definition.check!.each { |warning| Log.warn(Problem.line(warning)) }
    definition.submit
    run = Runtime::LocalRun.new(definition, strict: strict, debug: debug, timeout: timeout, block: block)
    run.call
  ensure
    run&.unwatch_signals
  end
end
