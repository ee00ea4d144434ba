# frozen_string_literal: true

require "optparse"

# The benchmarks: one command per figure, `bench/run NAME`. See bench/README.md.
module Bench
  ROOT = File.expand_path("../..", __dir__)
  RESULTS = File.join(ROOT, "bench/results")

  # A benchmark: its name, title, options with defaults, and the block that fills a Result.
  Definition = Struct.new(:name, :title, :options, :body)

  class << self
    # What was given to `bench/run`, for the result.
    attr_reader :arguments

    # @param options [Hash{Symbol => Numeric, String}] command-line options of this benchmark and their defaults
    # @yieldparam result [Result] to be filled
    # @yieldparam options [Hash{Symbol => Object}]
    def define(name, title, **options, &body)
      definitions[name] = Definition.new(name, title, options, body)
    end

    def definitions
      @definitions ||= {}
    end

    # @param arguments [Array<String>] of bench/run
    # @return [Integer] exit status: 0 measured, 1 failed or counts wrong, 2 command line wrong. Bars do not change it.
    def main(arguments)
      @arguments = arguments.dup
      name = arguments.shift
      definition = definitions[name]
      return usage unless definition

      options = read(definition, arguments)
      result = Result.new(name, definition.title)
      definition.body.call(result, options)
      puts result, ""
      puts "written to #{result.write(options[:results]).delete_prefix("#{ROOT}/")}"
      0
    rescue OptionParser::ParseError => e
      warn "bench/run: #{e.message}"
      2
    rescue Child::Failed, Wrong => e
      warn "bench/run: #{e.message}"
      1
    end

    # One line about what goes on, on stderr.
    def progress(text)
      warn "#{Time.now.strftime('%H:%M:%S')} #{arguments.first}: #{text}"
    end

    # Raises unless two results of the same work agree.
    def agree(what, mine, other)
      raise Wrong, "#{what}: #{mine.inspect}, expected #{other.inspect}" unless mine == other
    end

    private

    def usage
      warn "usage: bench/run NAME [options]\n\n"
      definitions.each_value do |definition|
        options = definition.options.map { |name, default| "[--#{name.to_s.tr('_', '-')} #{default}]" }
        warn "  #{definition.name.ljust(20)} #{definition.title}", "#{' ' * 23}#{options.join(' ')}"
      end
      warn "\n  [--results FOLDER] where NAME.md is written (bench/results)"
      2
    end

    def read(definition, arguments)
      values = definition.options.merge(results: RESULTS)
      parser = OptionParser.new do |options|
        values.each do |name, default|
          options.on("--#{name.to_s.tr('_', '-')} #{name.to_s.upcase}", default.class) { |value| values[name] = value }
        end
      end
      rest = parser.parse(arguments)
      raise OptionParser::InvalidArgument, rest.join(" ") if rest.any?

      values
    end
  end

  # Counts that do not agree: the figure would be worth nothing.
  class Wrong < StandardError; end
end

%w[machine statistics numbers child proc_status result pairs text].each { |file| require_relative file }
