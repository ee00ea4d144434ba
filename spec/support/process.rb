# frozen_string_literal: true

require "rbconfig"
require "tempfile"

# Runs one command as a process of its own, for specs that assert on exit codes, output and signals.
#
#   result = SpecProcess.run("bin/setup", timeout: 10)
#   expect(result.exitstatus).to eq(0)    # SpecProcess.redgale and .ruby start those two
#
# With a block the started process is yielded, so that the spec can signal it or read what it has printed so far:
#
#   result = SpecProcess.redgale("local", file, timeout: 30) do |process|
#     process.wait_for(/running/)
#     process.signal("TERM")
#   end
#   expect(result.exitstatus).to eq(75)
#
# The command gets its own process group and no stdin. When the time is up the whole group is killed and
# {Timeout} is raised with what was printed, so a hanging process never outlives its spec.
class SpecProcess
  # Folder of the checkout; the working directory of commands that name none.
  ROOT = File.expand_path("../..", __dir__)

  # Seconds between two looks at the output of a running process.
  POLL_SECONDS = 0.01

  # Raised when the command did not end (or a pattern did not appear) in time.
  class Timeout < StandardError; end

  # What a finished command left behind. `seconds` is wall-clock time from start to exit.
  Result = Struct.new(:command, :status, :stdout, :stderr, :seconds, keyword_init: true) do
    # @return [Integer, nil] the exit status, nil if a signal ended the process
    def exitstatus = status.exitstatus

    # @return [Integer, nil] number of the signal that ended the process
    def termsig = status.termsig

    # @return [Boolean] whether the process ended by itself with 0
    def success? = status.success? == true

    # @return [String] everything a failing spec needs to show
    def to_s
      ending = exitstatus ? "exit #{exitstatus}" : "signal #{termsig}"
      "#{command.join(" ")}: #{ending} after #{seconds.round(2)} s\n--- stdout\n#{stdout}\n--- stderr\n#{stderr}"
    end
    alias_method :inspect, :to_s
  end

  class << self
    # Starts the command, yields the process if a block is given, and waits for its end.
    #
    # @param command [Array<String>] program and arguments, run without a shell
    # @param timeout [Numeric] seconds from start to exit
    # @param env [Hash{String => String, nil}] variables to change; nil removes one
    # @param chdir [String] working directory
    # @yieldparam process [SpecProcess] the running process
    # @return [Result]
    # @raise [Timeout]
    def run(*command, timeout: 60, env: {}, chdir: ROOT)
      process = new(command, timeout: timeout, env: env, chdir: chdir)
      yield process if block_given?
      process.wait
    ensure
      process&.kill
    end

    # Runs a Ruby program with the Ruby of the specs, lib/ on its load path.
    #
    # @param arguments [Array<String>] arguments of `ruby`
    # @param options [Hash] as for {run}
    # @return [Result]
    def ruby(*arguments, **options, &block)
      run(RbConfig.ruby, "-I", File.join(ROOT, "lib"), *arguments, **options, &block)
    end

    # Runs the `redgale` command of the checkout.
    #
    # @param arguments [Array<String>] arguments of `redgale`
    # @param options [Hash] as for {run}
    # @return [Result]
    def redgale(*arguments, **options, &block)
      run(RbConfig.ruby, File.join(ROOT, "exe/redgale"), *arguments, **options, &block)
    end
  end

  # @return [Integer] process id, also the id of its process group
  attr_reader :pid

  # Starts the command; parameters as for {SpecProcess.run}.
  def initialize(command, timeout:, env:, chdir:)
    @command = command.map(&:to_s)
    @timeout = timeout
    @out = unlinked_file
    @err = unlinked_file
    @started = now
    @pid = Process.spawn(env, *@command, chdir: chdir, pgroup: true, in: File::NULL, out: @out, err: @err)
    @end = Process.detach(@pid)
  end

  # Sends a signal to the process alone.
  #
  # @param name [String, Integer] as for Process.kill
  # @return [Boolean] false if the process had ended
  def signal(name) = send_signal(name, pid)

  # Sends a signal to the process and its children, as a terminal does on Ctrl-C.
  #
  # @param name [String, Integer] as for Process.kill
  # @return [Boolean] false if all had ended
  def signal_group(name) = send_signal(name, -pid)

  # @return [String] what the process has written to stdout so far
  def stdout = text(@out)

  # @return [String] what the process has written to stderr so far
  def stderr = text(@err)

  # @return [Boolean] whether the process has not ended yet
  def running? = @end.alive?

  # Waits until stdout or stderr matches the pattern.
  #
  # @param pattern [Regexp, String]
  # @return [void]
  # @raise [Timeout] if the process ends or the time is up first
  def wait_for(pattern)
    loop do
      over = !running? # asked before the look, so that the last words of a process count
      return if stdout.scrub.match?(pattern) || stderr.scrub.match?(pattern)
      raise Timeout, report("ended without printing #{pattern.inspect}") if over
      raise Timeout, report("did not print #{pattern.inspect} in #{@timeout} s") if remaining.zero?

      sleep POLL_SECONDS
    end
  end

  # Waits for the end of the process.
  #
  # @return [Result]
  # @raise [Timeout]
  def wait
    unless @end.join(remaining)
      kill
      raise Timeout, report("did not end in #{@timeout} s and was killed")
    end
    Result.new(command: @command, status: @end.value, stdout: stdout, stderr: stderr, seconds: now - @started)
  end

  # Kills what is left of the process group.
  #
  # @return [void]
  def kill
    signal_group("KILL")
    @end.join
  end

  private

  # Output goes to files, not pipes: a process that prints much never blocks on the spec that runs it.
  def unlinked_file
    Tempfile.create("redgale-spec").tap { |file| File.unlink(file.path) }
  end

  def send_signal(name, target)
    Process.kill(name, target)
    true
  rescue Errno::ESRCH
    false
  end

  def text(file) = file.pread(file.size, 0).force_encoding(Encoding::UTF_8)

  def remaining = [@started + @timeout - now, 0].max

  def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)

  def report(what)
    "#{@command.join(" ")} #{what}\n--- stdout\n#{stdout}\n--- stderr\n#{stderr}"
  end
end
