# frozen_string_literal: true

require "json"
require "pathname"
require "tempfile"
require "redgale"
require "redgale/report"
require "support/process"

# README.md and the guides beside the DSL reference: their links lead somewhere, the files and tests they name exist,
# and docs/cli.md names every command, option, exit code and key that the program has.
RSpec.describe "The documents" do
  root = SpecProcess::ROOT
  text_of = ->(page) { File.read(File.join(root, page)) }
  guides = %w[architecture building cli dependencies examples getting_started guarantees migration red_storm testing]
           .map { |name| "docs/#{name}.md" }
  examples = Dir.glob("examples/**/README.md", base: root).sort
  pages = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", *examples, *guides]

  # As GitHub makes them of headings.
  anchors_of = lambda do |page|
    headings = text_of[page].gsub(/^```.*?^```$/m, "").scan(/^\#+ (.*)$/).flatten
    headings.map { |heading| heading.downcase.gsub(/[^\w\- ]/, "").tr(" ", "-") }
  end

  leads_somewhere = lambda do |page, link|
    path, anchor = link.split("#", 2)
    target = path.empty? ? page : File.join(File.dirname(page), path).delete_prefix("./")
    target = Pathname.new(target).cleanpath.to_s
    File.exist?(File.join(root, target)) && (anchor.nil? || anchors_of[target].include?(anchor))
  end

  pages.each do |page|
    it "have links in #{page} that lead somewhere" do
      links = text_of[page].gsub(/^```.*?^```$/m, "").scan(/\]\(([^)\s]+)\)/).flatten.grep_v(/\Ahttps?:/)

      expect(links.reject { |link| leads_somewhere[page, link] }).to eq([])
    end
  end

  it "have a paragraph for every example" do
    folders = Dir.children(File.join(root, "examples"))

    expect(folders.reject { |name| text_of["docs/examples.md"].include?("(../examples/#{name}/README.md)") }).to eq([])
  end

  it "name files that exist" do
    file = %r{`((?:bench|bin|crates|docs|exe|ext|lib|spec)/[\w./-]*\.\w+)`}
    named = pages.flat_map { |page| text_of[page].scan(file) }.flatten.uniq.grep_v(/NAME/)

    expect(named.size).to be > 20
    expect(named.reject { |path| File.exist?(File.join(root, path)) }).to eq([])
  end

  it "name tests that exist" do
    rust = Dir[File.join(root, "crates/*/{src,tests}/**/*.rs")].sum("") { |path| File.read(path) }
    named = text_of["docs/guarantees.md"].scan(/`((?:[a-z0-9]+_){3,}[a-z0-9]+)`/).flatten.uniq
    settings = Redgale::Configurator.words.map(&:to_s)

    expect(named - settings).not_to be_empty
    expect((named - settings).reject { |name| rust.include?("fn #{name}(") }).to eq([])
  end

  describe "of the command line" do
    cli = text_of["docs/cli.md"]
    help = ->(*command) { SpecProcess.redgale(*command, "--help").stdout }

    it "name every command" do
      commands = help[][/^Commands:\n(.*?)\n\n/m, 1].scan(/^ {2}(\w+)/).flatten

      expect(commands).not_to be_empty
      expect(commands.reject { |command| cli.include?("## redgale #{command}\n") }).to eq([])
    end

    %w[local graph].each do |command|
      it "name every option of #{command}" do
        options = help[command].scan(/^ +(?:-\w, )?(--[a-z]+)/).flatten - ["--help"]

        expect(options).not_to be_empty
        expect(options.reject { |option| cli.match?(/`#{option}[ `]/) }).to eq([])
      end
    end

    it "name every exit code" do
      codes = help["local"][/^Exit codes:\n(.*)/m, 1].scan(/^ {2}(\d+\S*)/).flatten

      expect(codes).to include("0", "75", "128+n")
      expect(codes.reject { |code| cli.include?("| #{code} |") }).to eq([])
    end

    it "name every shell" do
      shells = help["completions"][/possible values: (.*?)\]/, 1].split(", ")

      expect(shells.reject { |shell| cli.include?("`#{shell}`") }).to eq([])
    end

    it "name every key of progress and report" do
      lines = Tempfile.create(["few", ".rb"]) do |file|
        file.write(<<~RUBY)
          require "redgale"
          class Few < Redgale::Spout
            output_fields :n
            on_init { @n = 0 }
            on_send { sleep 0.4 and (@n += 1) <= 3 ? @n : finish }
          end
          class Keep < Redgale::Bolt
            on_receive { |tuple| metrics.counter(:kept).increment }
          end
          class FewTopology < Redgale::Topology
            spout Few
            bolt(Keep) { source Few, :shuffle }
          end
        RUBY
        file.close
        SpecProcess.redgale("local", file.path, "--json").stdout.lines.map { |line| JSON.parse(line) }
      end
      component = lines.last["components"].fetch("keep")
      keys = [*lines.flat_map(&:keys), *lines.last["pending"].keys, *component.keys, *component["latency_us"].keys,
              *component["latency_us"]["execute"].keys]

      expect(lines.map { |line| line["event"] }).to eq(%w[progress report])
      expect(keys.uniq.reject { |key| cli.include?("`#{key}`") }).to eq([])
    end

    it "name every state a run can end in" do
      states = Redgale::Report::STATES.keys

      expect(states.reject { |state| cli.include?("| `#{state}` |") }).to eq([])
    end
  end

  it "are licensed under the whole Apache License 2.0" do
    licence = text_of["LICENSE"]

    expect(licence).to include("Version 2.0, January 2004", "END OF TERMS AND CONDITIONS")
    expect(licence.bytesize).to eq(11_358)
  end
end
