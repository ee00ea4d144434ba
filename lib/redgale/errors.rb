# frozen_string_literal: true

module Redgale
  # Root of all errors that Redgale raises.
  class Error < StandardError; end

  # A topology file that cannot be loaded or holds no (or several) topologies.
  class LoadFileError < Error; end

  # Everything that is wrong with a topology's definition, at once.
  class DefinitionError < Error
    # @return [Array<Hash>] one entry for each problem: "message" and "at" ("file:line")
    attr_reader :problems

    # @param problems [Array<Hash>] as {#problems}
    def initialize(problems)
      @problems = problems
      super(problems.map { |problem| Redgale::Problem.line(problem) }.join("\n"))
    end
  end

  # Wrong number or shape of emitted values, an unknown stream, or a task that cannot be reached.
  class EmitError < Error; end

  # An emit, ack or fail that is not tied to a tuple of this component.
  class AnchorError < Error; end

  # An emit, ack or fail after the topology has ended.
  class ClosedError < Error; end

  # An emit, ack or fail in a forked child.
  class ForkError < Error; end

  # A tuple has no such field.
  class UnknownField < Error; end

  # A value that could not leave the process (with `--strict`).
  class UnsupportedValue < Error; end

  # A simulation of the testing kit that cannot go on.
  class SimulationError < Error; end

  # Given to on_give_up when a tuple timed out or was failed without an exception.
  class GivenUp < Error; end

  # A part of Redgale that this version does not have yet.
  class NotAvailable < Error
    # @param feature [String] what was required or stated
    # @param part [String] the part of Redgale it belongs to
    # @api private
    def self.of(feature, part)
      new("`#{feature}` is not available yet: it comes with #{part} in a later release")
    end
  end

  # One line of a list of problems.
  # @api private
  module Problem
    def self.line(problem)
      problem["at"].to_s.empty? ? problem["message"] : "#{problem['at']}: #{problem['message']}"
    end
  end
end
