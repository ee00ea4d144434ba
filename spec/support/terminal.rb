# frozen_string_literal: true

require "io/console"
require "pty"
require "support/process"

# Runs a command whose stdout is a terminal, and its stderr a file unless told otherwise.
class Terminal
  # What it has shown, how it ended, and what is in the file.
  Result = Struct.new(:shown, :exitstatus, :stderr) do
    # @return [Array<String>] each picture that was drawn, without escape sequences
    def pictures = shown.split("\e[J").map { |picture| picture.gsub(/\e\[\d*[A-Z]/, "").delete("\r") }.reject(&:empty?)
  end

  # @param command [Array<String>]
  # @param size [Array(Integer, Integer)] lines and columns
  # @param timeout [Numeric] seconds
  # @param both [Boolean] whether stderr is the terminal as well
  # @return [Result]
  def self.run(*command, size: [24, 80], timeout: 60, both: false, chdir: SpecProcess::ROOT)
    ours, theirs = PTY.open
    theirs.winsize = size
    Tempfile.create("stderr") do |errors|
      pid = Process.spawn(*command, in: File::NULL, out: theirs, err: both ? theirs : errors, chdir: chdir,
                                    pgroup: true)
      theirs.close
      shown = read(ours, pid, timeout)
      Result.new(shown, Process.wait2(pid).last.exitstatus, File.read(errors.path))
    end
  end

  # Until nobody has the terminal open any more; Linux tells that by EIO.
  def self.read(ours, pid, timeout)
    shown = String.new(encoding: Encoding::BINARY)
    ending = Process.clock_gettime(Process::CLOCK_MONOTONIC) + timeout
    loop do
      left = ending - Process.clock_gettime(Process::CLOCK_MONOTONIC)
      unless left.positive? && ours.wait_readable(left)
        Process.kill("KILL", -pid)
        raise SpecProcess::Timeout, "did not end in #{timeout} s: #{shown.inspect}"
      end
      shown << ours.readpartial(65_536)
    end
  rescue Errno::EIO
    shown.force_encoding(Encoding::UTF_8)
  end
  private_class_method :read
end
