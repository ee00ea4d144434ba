# frozen_string_literal: true

module Redgale
  # What a topology file asks to be run: a topology that inherits from {Topology}. A layer with topologies of another
  # kind has a program class of its own with the same method (see {Loader.use}).
  # @api private
  class Program
    # @return [Class]
    attr_reader :topology

    # @param topology [Class]
    def initialize(topology)
      @topology = topology
    end

    # Hands out what is to be run (or drawn), and takes the report.
    # @param _command [String] "local" or "graph"
    # @param env [Symbol] what `configure` blocks get
    # @param overrides [Hash{String => Object}] configuration that wins over the topology's
    # @yieldparam definition [Definition]
    # @yieldparam options [Hash] further options of Runtime::LocalRun
    # @yieldreturn [Array(Hash, Runtime::LocalRun)] the report of the run, and the run itself
    # @return [Integer] exit code
    def run(_command, env:, overrides:)
      report, = yield(@topology.define(env: env, overrides: overrides), {})
      report["exit_code"]
    end
  end
end
