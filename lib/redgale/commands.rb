# frozen_string_literal: true

require "json"
require "redgale/errors"
require "redgale/commands/examples"
require "redgale/commands/install"
require "redgale/commands/new_project"

module Redgale
  # The commands of `redgale` that are written in Ruby and load no topology file: `new`, `examples` and `install`.
  # @api private
  module Commands
    # Exit code of a command whose answer could not be written.
    NOT_WRITTEN = 74

    # @param json [String] the command, as the binary wrote it
    # @return [Integer] exit code
    def self.main(json)
      command = JSON.parse(json)
      write(answer(command))
    rescue Refusal => e
      say(e.message)
      e.exit_code
    rescue SignalException => e
      128 + e.signo
    end

    # @return [String] what the command prints
    # @raise [Refusal]
    def self.answer(command)
      case command.fetch("command")
      when "new" then NewProject.new(command.fetch("name")).make
      when "examples" then Examples.new.copy
      when "install" then Install.new.check
      end
    end
    private_class_method :answer

    # A reader that has seen enough (`| head -1`) is no error.
    def self.write(text)
      $stdout.write(text)
      $stdout.flush
      0
    rescue Errno::EPIPE
      0
    rescue SystemCallError, IOError => e
      say("cannot write to stdout: #{e.class.new.message}")
      NOT_WRITTEN
    end
    private_class_method :write

    # The exit code says the same, so a line that cannot be written changes nothing.
    def self.say(text)
      $stderr.write("redgale: #{text}\n")
    rescue SystemCallError, IOError
      nil
    end
    private_class_method :say
  end
end
