# frozen_string_literal: true

require "json"
require "rbconfig"
require "tempfile"

module Bench
  # Runs one measured program as a process of its own and reads the JSON object in the last line of its stdout.
  #
  # The program measures itself (bench/support/measured.rb). Its environment is the caller's without what changes Ruby:
  # no RUBYOPT, no GC or malloc settings, so GC is on and there is no JIT.
  class Child
    # Raised when a program fails, prints no result or does not end in time.
    class Failed < StandardError; end

    # What could change how Ruby runs; taken out of a child's environment.
    CLEARED = ENV.keys.grep(/\ARUBY|\AMALLOC_|\ALD_PRELOAD/).to_h { |name| [name, nil] }.freeze
    ENVIRONMENT = CLEARED.merge("REDGALE_LOG" => "warn").freeze

    # The Ruby that runs the benchmark, with the library of the checkout.
    def self.ruby(file, *arguments, **options)
      run(RbConfig.ruby, "-I", File.join(ROOT, "lib"), file, *arguments, **options)
    end

    # @param command [Array<String>]
    # @param timeout [Numeric] seconds after which the process is killed and {Failed} raised
    # @param env [Hash{String => String}] further variables
    # @yieldparam pid [Integer] while the process runs
    # @return [Hash] what the program printed
    def self.run(*command, timeout: 300, env: {}, &block)
      new(command.map(&:to_s), timeout, ENVIRONMENT.merge(env)).result(&block)
    end

    def initialize(command, timeout, env)
      @command = command
      @timeout = timeout
      @out = Tempfile.create("redgale-bench").tap { |file| File.unlink(file.path) }
      @pid = Process.spawn(env, *command, chdir: ROOT, pgroup: true, in: File::NULL, out: @out)
    end

    # Waits for the end.
    def result
      waiter = Process.detach(@pid)
      yield @pid if block_given?
      failed("did not end within #{@timeout} s") unless waiter.join(@timeout)
      failed("ended with #{waiter.value}") unless waiter.value.success?
      parsed
    ensure
      kill if waiter&.alive?
      @out.close
    end

    private

    def parsed
      line = output.lines.last or failed("printed no result")
      JSON.parse(line)
    rescue JSON::ParserError
      failed("printed no result")
    end

    def output
      @out.pread(@out.size, 0)
    rescue EOFError
      ""
    end

    def kill
      Process.kill("KILL", -@pid)
    rescue Errno::ESRCH
      nil
    end

    def failed(what)
      raise Failed, "#{@command.join(' ')} #{what}\n#{output}"
    end
  end
end
