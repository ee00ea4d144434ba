# frozen_string_literal: true

require "redgale/component_definition"
require "redgale/shell_block"

module Redgale
  # One component of a topology that is a program: its command, options and block, evaluated.
  # @api private
  class ShellDefinition < ComponentDefinition
    OPTIONS = %i[id parallelism tasks directory environment].freeze
    # What an argument may be; it becomes a String.
    ARGUMENTS = [String, Symbol, Integer, Float].freeze
    # A folder beside the topology file that holds programs, as on a Storm cluster.
    RESOURCES = "resources"

    # @param command [Array] the program and its arguments
    def initialize(command, options, block, at)
      @command = command.map { |word| word.respond_to?(:to_path) ? word.to_path : word }
      super(nil, nil, options, block, at)
    end

    # A program with sources is a bolt. While the block is read it may get some.
    # @return [Symbol]
    def kind
      @block.nil? || raw_sources.any? ? :bolt : :spout
    end

    # It owns its replay: ack and fail go to the program.
    def handler
      { reliable: true, replay: :own, callbacks: {} }
    end

    def values_needed
      0
    end

    def target
      nil
    end

    def statement
      :shell
    end

    def shell?
      true
    end

    # @return [Hash, nil] the problem, if the program cannot be found here and now
    def missing_program
      return if executable?

      { "message" => "`#{program}` of `#{id}` cannot be started: #{reason}", "at" => at }
    end

    private

    # Why it cannot.
    def reason
      return "it is not in PATH" unless program.include?("/")
      return "there is no such program in #{directory}" unless File.file?(File.expand_path(program, directory))

      "the file is not executable: `chmod +x` it, or name its interpreter first"
    end

    def program
      word(@command.first)
    end

    def arguments
      @command.drop(1).map { |argument| word(argument) }
    end

    # As text that can be looked at; {#check_command} tells what is wrong with it.
    def word(given)
      given.to_s.scrub.delete("\0")
    end

    def read_block(block)
      ShellBlock.new(self, block)
    end

    def implementation
      { "shell" => { "command" => program, "arguments" => arguments, "directory" => directory,
                     "environment" => environment } }
    end

    # The script that an interpreter is given, or the program.
    def default_id
      name = File.basename(script || program, ".*")
      name.empty? ? "shell" : Inflection.underscore(name.tr("-", "_"))
    end

    def script
      arguments.find { |argument| !argument.start_with?("-") }
    end

    def directory
      given = @options[:directory]
      return File.expand_path(given.to_s, home) if given

      resources = File.join(home, RESOURCES)
      words = [script, (program if program.include?("/"))].compact
      words.any? { |word| File.file?(File.expand_path(word, resources)) } ? resources : home
    end

    # Folder of the topology file.
    def home
      file = File.expand_path(at.rpartition(":").first)
      File.file?(file) ? File.dirname(file) : Dir.pwd
    end

    def environment
      given = @options[:environment]
      given.is_a?(Hash) ? given.to_h { |name, value| [name.to_s, value.to_s] } : {}
    end

    def executable?
      return executable_file?(File.expand_path(program, directory)) if program.include?("/")

      path = environment.fetch("PATH") { ENV.fetch("PATH", "") }
      path.split(File::PATH_SEPARATOR).any? { |folder| executable_file?(File.join(folder, program)) }
    end

    def executable_file?(path)
      File.file?(path) && File.executable?(path)
    end

    def check
      check_command
      check_environment
      check_directory
      return if raw_sources.any? || @block.redgale_problems.any? || streams.any? { |stream| stream["fields"].any? }

      problem("`#{id}` has neither a `source` nor `output_fields`: a program with a source is a bolt, " \
              "one that only emits is a spout")
    end

    def check_command
      return problem("`shell` needs a program: shell \"python3\", \"split.py\"") if program.empty?

      odd = @command.reject { |given| ARGUMENTS.any? { |type| given.is_a?(type) } }
      return problem("`shell` takes the words of a command, not #{odd.first.inspect}") unless odd.empty?

      odd = @command.map(&:to_s).find { |given| !given.valid_encoding? || given.include?("\0") }
      problem("`shell`: the word #{odd.inspect} of the command is no text without NUL") if odd
    end

    def check_environment
      given = @options[:environment]
      return if given.nil?
      return problem("`environment:` of shell `#{id}` takes a Hash, not #{given.inspect}") unless given.is_a?(Hash)

      name, value = given.find { |pair| pair.any? { |word| ARGUMENTS.none? { |type| word.is_a?(type) } } }
      problem("`environment:` of shell `#{id}`: #{name.inspect} cannot be #{value.inspect}") if name
    end

    def check_directory
      given = @options[:directory]
      return if given.nil? || File.directory?(directory)

      problem("`directory:` of shell `#{id}`: there is no folder #{directory}")
    end
  end
end
