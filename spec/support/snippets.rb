# frozen_string_literal: true

require "tmpdir"
require "support/process"

# The programs in README.md and docs/: a fence marked `ruby`; the `text` fence after it is what it prints to stdout.
# Comments before the `ruby` fence change how it is run:
#
#   <!-- exit: 3 -->                     the expected exit code (0 unless given)
#   <!-- arguments: --env production --> more arguments of `redgale local`
#   <!-- run: ruby -->                   run by `ruby` instead
#   <!-- run: rake TASK -->              it is a Rakefile; run by `rake TASK`
#   <!-- run: rspec -->                  it is a spec; what it took is left out of the output
#   <!-- run: minitest -->               it is a test; as for a spec
#   <!-- file: text.txt -->              the next fence is a file beside the program, whatever its mark
#
# A fence marked `ruby no-run` is not a program.
class Snippet
  # What ends a comment's effect: the next fence.
  COMMENT = /\A\s*<!--\s*(exit|arguments|run|file):\s*(.*?)\s*-->\s*\z/
  # Lines of RSpec and Minitest that differ each time.
  VARYING = /^(Finished in|Run options:|# Running:).*\n/
  # The line that opens a fence, and its mark.
  OPENING = /\A\s*```(.*)\z/
  # Seconds one program may take: about 0.3 on an idle machine.
  MOST_SECONDS = 30

  # One fence of a Markdown file.
  Fence = Struct.new(:mark, :line, :text, :comments)

  attr_reader :path, :line, :code, :output

  class << self
    # @param path [String] a Markdown file, relative to the checkout
    # @return [Array<Snippet>] its programs, in order
    def of(path)
      files = {}
      fences = fences(File.join(SpecProcess::ROOT, path)).reject do |fence|
        files[fence.comments["file"]] = fence.text if fence.comments["file"]
      end
      fences.each_with_index.filter_map do |fence, index|
        following = fences[index + 1]
        output = following.text if following&.mark == "text"
        new(path, fence, output, files) if fence.mark == "ruby"
      end
    end

    # @param path [String] a Markdown file, relative to the checkout
    # @return [Array<String>] "file:line" of each fence that is not run
    def not_run_in(path)
      fences(File.join(SpecProcess::ROOT, path)).select { |fence| fence.mark == "ruby no-run" }
                                                .map { |fence| "#{path}:#{fence.line}" }
    end

    private

    def fences(file)
      found = []
      comments = {}
      fence = nil
      File.foreach(file, chomp: true).with_index(1) do |line, number|
        if fence
          next fence.text << line << "\n" unless line.strip == "```"

          found << fence
          fence = nil
        elsif (comment = COMMENT.match(line))
          comments[comment[1]] = comment[2]
        elsif (opening = OPENING.match(line))
          fence = Fence.new(opening[1].strip, number, +"", comments)
          comments = {}
        end
      end
      found
    end
  end

  def initialize(path, fence, output, files)
    @path = path
    @line = fence.line
    @code = fence.text
    @comments = fence.comments
    @output = output
    @files = files
  end

  # @return [String] where it stands
  def to_s = "#{path}:#{line}"

  # @return [Integer] the exit code the documentation promises
  def exit_code = Integer(@comments.fetch("exit", "0"))

  # Runs it in a folder of its own, as a file named topology.rb.
  # @return [SpecProcess::Result]
  def run
    Dir.mktmpdir("redgale-snippet") do |folder|
      @files.each { |name, text| File.write(File.join(folder, name), text) }
      File.write(File.join(folder, "topology.rb"), code)
      start(folder).tap { |result| result.stdout = lasting(result.stdout) if test? }
    end
  end

  private

  def test? = %w[rspec minitest].include?(@comments["run"])

  # What a test prints each time.
  def lasting(text) = "#{text.gsub(VARYING, "").gsub(/\n{3,}/, "\n\n").strip}\n"

  def start(folder)
    arguments = @comments.fetch("arguments", "").split
    how, task = @comments.fetch("run", "redgale").split
    options = { chdir: folder, timeout: MOST_SECONDS }
    case how
    when "rspec"
      SpecProcess.ruby("-S", "rspec", "--format", "documentation", "--order", "defined", "topology.rb", **options)
    when "ruby", "minitest" then SpecProcess.ruby("topology.rb", *arguments, **options)
    when "rake" then SpecProcess.ruby("-S", "rake", "--silent", "--rakefile", "topology.rb", task, **options)
    else SpecProcess.redgale("local", "topology.rb", *arguments, **options)
    end
  end
end
