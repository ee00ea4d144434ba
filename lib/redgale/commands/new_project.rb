# frozen_string_literal: true

require "erb"
require "redgale/version"
require "redgale/commands/new_folder"

module Redgale
  module Commands
    # `redgale new NAME`: a project that runs at once, made of the templates in lib/redgale/templates/project.
    # @api private
    class NewProject
      # The folder of the templates. `topology.rb.erb` becomes `topology.rb`, `dot_gitignore.erb` `.gitignore`.
      TEMPLATES = File.expand_path("../templates/project", __dir__)
      # A folder's name that Ruby can make a class name of.
      NAME = /\A[a-z][a-z0-9_-]*\z/i
      # Longest name, in characters: a file system's limit is 255.
      LONGEST = 100
      # Ruby's keywords that match {NAME}.
      KEYWORDS = %w[BEGIN END alias and begin break case class def do else elsif end ensure false for if in module next
                    nil not or redo rescue retry return self super then true undef unless until when while yield].freeze

      # @param name [String] as the user gave it
      def initialize(name)
        @name = name
      end

      # @return [String] what was made, and how to go on
      # @raise [Refusal] if the name cannot be used, or there is something of that name already
      def make
        check_name
        folder = NewFolder.make(@name) { |project| templates.each { |path| project.write(target(path), text(path)) } }
        listed = folder.files.sort.map { |file| "  #{@name}/#{file}\n" }.join
        "made\n#{listed}next\n  cd #{@name}\n  redgale local topology.rb\n  rspec\n"
      end

      # @return [String] WordTrendsTopology for word_trends, word-trends, WordTrends and word_trends_topology
      def topology
        "#{@name.split(/[_-]+/).map { |part| part[0].upcase + part[1..] }.join.delete_suffix('Topology')}Topology"
      end

      private

      def check_name
        problem = problem_of_name
        raise Refusal.new("#{@name.inspect} cannot be the name of a project: #{problem}", Refusal::MISUSED) if problem
      end

      def problem_of_name
        return "it is empty" if @name.empty?
        return "it is a path; go to the folder that it shall be made in and give the name alone" if @name.include?("/")
        return "it does not start with a letter (a to z)" unless @name.match?(/\A[a-z]/i)
        return "only letters (a to z), digits, _ and - can stand in it" unless @name.match?(NAME)
        return "it is longer than #{LONGEST} characters" if @name.size > LONGEST

        "it is a keyword of Ruby" if KEYWORDS.include?(@name)
      end

      def templates
        Dir.glob("**/*.erb", base: TEMPLATES).sort
      end

      def target(path)
        path.delete_suffix(".erb").sub(/\Adot_/, ".")
      end

      def text(path)
        template = File.read(File.join(TEMPLATES, path), encoding: Encoding::UTF_8)
        ERB.new(template, trim_mode: "-").result_with_hash(name: @name, topology: topology, gem: gem_line)
      end

      # In a checkout there may be no gem to install: then Bundler has to look there.
      def gem_line
        root = File.expand_path("../../..", __dir__)
        checkout = File.exist?(File.join(root, "redgale.gemspec"))
        checkout ? %(gem "redgale", path: #{root.inspect}) : %(gem "redgale", "~> #{VERSION}")
      end
    end
  end
end
