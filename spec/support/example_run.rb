# frozen_string_literal: true

require "json"
require "support/process"

# Runs a program of examples/ as a process of its own.
module ExampleRun
  module_function

  # @param path [String] below examples/
  # @return [String] the whole path
  def path(path) = File.join(SpecProcess::ROOT, "examples", path)

  # @param file [String] the topology file, below examples/
  # @param arguments [Array<String>] more arguments of `redgale local`
  # @param timeout [Numeric] seconds after which a run counts as hanging
  # @return [SpecProcess::Result]
  def local(file, *arguments, timeout: 60, **options, &block)
    SpecProcess.redgale("local", path(file), *arguments, timeout: timeout, **options, &block)
  end

  # @param settings [Hash] configuration, given by --set
  # @return [Array<String>] arguments of `redgale local`
  def set(settings) = settings.flat_map { |key, value| ["--set", "#{key}=#{value}"] }

  # @param result [SpecProcess::Result] of a run with --json
  # @return [Hash] the report, the last line of stdout
  def report(result) = JSON.parse(result.stdout.lines.last)
end
