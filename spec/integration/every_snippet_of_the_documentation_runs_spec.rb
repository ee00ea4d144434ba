# frozen_string_literal: true

require "pathname"
require "redgale"
require "support/configuration_table"
require "support/snippets"

# Runs each program of README.md and docs/ and compares what it prints and its exit code with the text; and compares the
# lists of the DSL reference with the code.
RSpec.describe "the documentation" do
  root = SpecProcess::ROOT
  pages = ["README.md", *Dir.glob("docs/**/*.md", base: root).sort]
  snippets = pages.flat_map { |page| Snippet.of(page) }
  reference = ["docs/dsl.md", *Dir.glob("docs/dsl/*.md", base: root).sort]
  text_of = ->(page) { File.read(File.join(root, page)) }
  # Fences marked `ruby no-run`, each for a reason: none yet.
  not_run = []

  # As GitHub makes them of headings.
  anchors_of = lambda do |page|
    headings = text_of[page].gsub(/^```.*?^```$/m, "").scan(/^\#+ (.*)$/).flatten
    headings.map { |heading| heading.downcase.gsub(/[^\w\- ]/, "").tr(" ", "-") }
  end

  describe "programs" do
    # All chosen programs run before the first is compared, two at a time.
    before(:context) do
      chosen = RSpec.world.filtered_examples[self.class].filter_map { |example| example.metadata[:snippet] }
      waiting = Queue.new
      chosen.each { |snippet| waiting << snippet }
      waiting.close
      @results = Queue.new
      Array.new(2) { Thread.new { run_each(waiting) } }.each(&:join)
      @results = Array.new(@results.size) { @results.pop }.to_h
    end

    def run_each(waiting)
      while (snippet = waiting.pop)
        @results << [snippet, attempt(snippet)]
      end
    end

    def attempt(snippet)
      snippet.run
    rescue SpecProcess::Timeout => e
      e
    end

    snippets.each do |snippet|
      it "prints what #{snippet} says", snippet: snippet do
        expect(snippet.output).not_to be_nil, "no text fence follows the program"
        result = @results.fetch(snippet)
        raise result if result.is_a?(Exception)

        expect(result.stdout).to eq(snippet.output), -> { "expected:\n#{snippet.output}\ngot: #{result}" }
        expect(result.exitstatus).to eq(snippet.exit_code), result.to_s
      end
    end

    it "are many" do
      expect(snippets.size).to be >= 50
    end

    it "are all run, but for those listed here" do
      expect(pages.flat_map { |page| Snippet.not_run_in(page) }).to match_array(not_run)
    end
  end

  describe "the DSL reference" do
    # Code in headings and in the first column of tables: what has a place of its own.
    places_in = lambda do |*in_pages|
      in_pages.flat_map { |page| text_of[page].scan(/^(?:\#+ (.*)|\| *(`[^|]*`) *\|)/).flatten.compact }
              .flat_map { |place| place.scan(/`([^`]+)`/).flatten }
    end
    marked_private = lambda do |method|
      file, line = method.source_location
      above = file ? File.readlines(file).first(line - 1).reverse : []
      above.take_while { |text| text.strip.start_with?("#") }.any? { |text| text.include?("@api private") }
    end
    own = lambda do |owner|
      owner.public_instance_methods(false).reject do |name|
        name.start_with?("redgale_") || marked_private[owner.instance_method(name)]
      end
    end
    names_in = ->(*in_pages) { places_in[*in_pages].map { |place| place[/\A:?(\w+)/, 1] }.compact }

    own[Redgale::Statements].each do |statement|
      it "describes the statement #{statement}" do
        expect(names_in[*reference]).to include(statement.to_s)
      end
    end

    { Redgale::Component => "components", Redgale::Spout => "spouts", Redgale::Bolt => "bolts" }.each do |owner, page|
      own[owner].each do |name|
        it "describes #{owner}##{name} in #{page}.md" do
          expect(names_in["docs/dsl/#{page}.md"]).to include(name.to_s)
        end
      end
    end

    own[Redgale::Topology.singleton_class].each do |name|
      it "describes the topology statement #{name}" do
        expect(names_in["docs/dsl/topologies.md"]).to include(name.to_s)
      end
    end

    { Redgale::Tuple => "tuple", Redgale::Context => "context", Redgale::Log => "log",
      Redgale::ComponentMetrics => "metrics", Redgale::Counter => "counter" }.each do |owner, receiver|
      own[owner].each do |name|
        call = name == :[] ? "#{receiver}[" : "#{receiver}.#{name}"
        it "describes #{owner}##{name}" do
          expect(reference.sum { |page| text_of[page].scan(/`#{Regexp.escape(call)}(?!\w)/).size }).to be > 0
        end
      end
    end

    own[Redgale.singleton_class].each do |name|
      it "describes Redgale.#{name}" do
        expect(reference.any? { |page| text_of[page].match?(/^\#+ .*`Redgale\.#{name}`/) }).to be(true)
      end
    end

    it "lists every error class" do
      constants = Redgale.constants.map { |name| Redgale.const_get(name) }
      errors = constants.grep(Class).select { |value| value <= Redgale::Error }

      expect(places_in["docs/dsl.md"].grep(/\ARedgale::\w+\z/)).to match_array(errors.map(&:name))
    end

    it "lists the reserved words" do
      text = text_of["docs/dsl.md"].tr("\n", " ")

      Redgale::ComponentDefinition::RESERVED.each do |kind, words|
        expect(text).to include("a #{kind}'s #{words.map { |word| "`#{word}`" }.join(", ")}")
      end
    end

    it "lists the groupings" do
      words = Redgale::Grouping::PLAIN + Redgale::Grouping::WITH_ARGUMENT

      expect(names_in["docs/dsl/groupings.md"]).to include(*words.map(&:to_s))
    end

    it "has the table of configuration keys that the code has" do
      how = "the table differs from the code; to write it anew: ruby -Ilib spec/support/configuration_table.rb"

      expect(ConfigurationTable.documented.lines).to eq(ConfigurationTable.markdown.lines), how
    end
  end

  describe "links" do
    (reference + ["docs/concepts.md", "docs/testing.md"]).each do |page|
      it "of #{page} lead somewhere" do
        broken = text_of[page].scan(/\]\(([^)\s]+)\)/).flatten.grep_v(/\Ahttps?:/).reject do |link|
          path, anchor = link.split("#", 2)
          target = path.empty? ? page : File.join(File.dirname(page), path)
          target = Pathname.new(target).cleanpath.to_s
          File.exist?(File.join(root, target)) && (anchor.nil? || anchors_of[target].include?(anchor))
        end

        expect(broken).to eq([])
      end
    end
  end
end
