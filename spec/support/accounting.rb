# frozen_string_literal: true

require "fileutils"
require "json"
require "tmpdir"
require_relative "process"

# Accounts for every tuple of a run. The topologies of spec/topologies write down what happens to their ids (a {Book});
# the spec runs one of them in a process of its own and compares the books with the report (a {Run}):
#
#   run = Accounting.run("errors.rb", "Flaky", set: { count: 20 })
#   expect(run.exitstatus).to eq(0)
#   expect(run).to add_up
#
# Every id that was emitted must be acked, given up or pending: one of the three, once; and none is acked that no sink
# has processed.
module Accounting
  TOPOLOGIES = File.expand_path("../topologies", __dir__)

  # Files of a folder, one for each thing that can happen to an id; one line for each time it happened. A line is one
  # unbuffered write to a file opened for appending: it stays whole however the process ends, whichever thread or task
  # writes it.
  class Book
    # @param folder [String]
    def initialize(folder)
      @folder = folder
      @files = {}
    end

    # Notes that something happened to an id.
    #
    # @param what [Symbol] :emitted, :processed, :acked, :given_up, or a word of the scenario's own
    # @param entry [Object] an id, or anything else that JSON can hold
    # @return [nil]
    def note(what, entry)
      file = @files[what] ||= File.open(path(what), "a").tap { |opened| opened.sync = true }
      file.write(entry.is_a?(Integer) ? "#{entry}\n" : "#{JSON.generate(entry)}\n")
      nil
    end

    # @param what [Symbol]
    # @return [Array<Object>] everything noted under the word so far, in order
    def read(what)
      File.exist?(path(what)) ? File.readlines(path(what)).map { |line| JSON.parse(line) } : []
    end

    # @return [Hash{Symbol => Array<Object>}] everything noted so far
    def read_all
      Dir.children(@folder).to_h { |what| [what.to_sym, read(what)] }
    end

    private

    def path(what) = File.join(@folder, what.to_s)
  end

  # A finished run: the process's result, its report and its books.
  class Run
    # @return [SpecProcess::Result]
    attr_reader :result

    # @param result [SpecProcess::Result]
    # @param notes [Hash{Symbol => Array<Object>}]
    def initialize(result, notes)
      @result = result
      @notes = notes
    end

    # @return [Integer, nil]
    def exitstatus = result.exitstatus

    # @return [String] what the engine and user code wrote to stderr
    def stderr = result.stderr

    # @return [Hash, nil] the report; nil if the process was ended without one
    def report
      @report ||= json_lines.find { |line| line["event"] == "report" }
    end

    # @param what [Symbol]
    # @return [Array<Object>] the notes under a word, in order
    def notes(what) = @notes.fetch(what, [])

    # @return [Array<Object>] ids the ledger still holds; the id of a tuple without one is its first value
    def pending
      report["pending"]["tuples"].map { |tuple| tuple.fetch("id") { tuple.fetch("values").first } }
    end

    # What is wrong with the account; empty if it adds up. Without a report (the process was ended by force) pending is
    # not known, and the first rule says nothing.
    # @return [Array<String>]
    def faults
      emitted, acked, given_up, processed = %i[emitted acked given_up processed].map { |what| notes(what) }
      rules = { "acked more than once" => repeated(acked), "acked, but never processed" => acked - processed,
                "acked, but never emitted" => acked - emitted, "acked and given up" => acked & given_up,
                "given up more than once" => repeated(given_up) }
      rules.merge!(faults_of_report(emitted, acked, given_up)) if report
      rules.filter_map { |rule, ids| "#{rule}: #{ids.size} (#{ids.first(10).join(', ')})" if ids.any? }
    end

    def to_s = result.to_s
    alias inspect to_s

    private

    def faults_of_report(emitted, acked, given_up)
      { "neither acked nor given up nor pending" => emitted - acked - given_up - pending,
        "acked and pending" => acked & pending, "given up and pending" => given_up & pending,
        "pending, but never emitted" => pending - emitted, "pending more than once" => repeated(pending),
        "listed pending and counted pending differ" => [pending.size, report["pending"]["count"]].uniq.drop(1) }
    end

    def repeated(ids) = ids.tally.filter_map { |id, times| id if times > 1 }

    def json_lines
      result.stdout.lines.filter_map { |line| JSON.parse(line) if line.start_with?("{\"event\"") }
    end
  end

  # Runs a topology of spec/topologies by `redgale local --json`.
  #
  # @param file [String] file in spec/topologies
  # @param topology [String] class in it
  # @param set [Hash] configuration; "folder" is where the books lie
  # @param arguments [Array<String>] further arguments of `redgale local`
  # @param timeout [Numeric] seconds the process may take
  # @param json [Boolean] whether it gets --json; without there is no report here
  # @param shell [String, nil] a command of bash that runs the process as "$@": for redirections
  # @yieldparam process [SpecProcess] the running process
  # @yieldparam book [Book] what was noted so far
  # @return [Run]
  def self.run(file, topology, set: {}, arguments: [], timeout: 60, json: true, shell: nil) # rubocop:disable Metrics/ParameterLists
    folder = Dir.mktmpdir("redgale-books")
    book = Book.new(folder)
    settings = { folder: folder, **set }.flat_map { |key, value| ["--set", "#{key}=#{JSON.generate(value)}"] }
    command = ["local", File.join(TOPOLOGIES, file), "--topology", topology, *("--json" if json), *settings, *arguments]
    command = [RbConfig.ruby, File.join(SpecProcess::ROOT, "exe/redgale"), *command]
    command = ["bash", "-o", "pipefail", "-c", shell, "bash", *command] if shell
    result = SpecProcess.run(*command, timeout: timeout) do |process|
      yield process, book if block_given?
    end
    Run.new(result, book.read_all)
  ensure
    FileUtils.rm_rf(folder) if folder
  end
end

if defined?(RSpec)
  RSpec::Matchers.define(:add_up) do
    match { |run| run.faults.empty? }
    failure_message { |run| "the account does not add up:\n  #{run.faults.join("\n  ")}\n#{run}" }
  end
end
