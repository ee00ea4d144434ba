# frozen_string_literal: true

require "tmpdir"

module Bench
  # Word count against bytewax's over the same lines.
  module Bytewax
    VERSION = "0.21.1"
    # Flows of flow.py; the bar holds against the documented one, and should against the second.
    FLOWS = { "documented" => "the documented one: lower case, tokens by a regular expression, counts at the end",
              "split" => "the same with line.split(), as the Redgale bolt does it",
              "running" => "line.split(), and for every word its count so far: what the Redgale bolts do" }.freeze
    BATCHES = [1, 100, 1000].freeze
    ADVICE = "it needs python3 with venv (Debian: python3-venv) and the package bytewax #{VERSION} from PyPI; " \
             "or give --python the path of a Python that has it".freeze

    module_function

    # A Python that has bytewax: the one given, or one of a venv that is made in the temporary folder.
    def python(given)
      return given unless given.empty?

      venv = File.join(Dir.tmpdir, "redgale-bench-bytewax-#{Process.uid}")
      python = File.join(venv, "bin/python")
      return python if bytewax?(python)

      Bench.progress("installing bytewax #{VERSION} into #{venv}")
      made = system("python3", "-m", "venv", venv, out: :err) &&
             system(python, "-m", "pip", "install", "--quiet", "bytewax==#{VERSION}", out: :err)
      raise Wrong, "bytewax could not be installed: #{ADVICE}" unless made && bytewax?(python)

      python
    end

    def bytewax?(python)
      File.exist?(python) && system(python, "-c", "import bytewax.operators", out: File::NULL, err: File::NULL)
    end

    def run(python, flow, batch, text)
      Child.run(python, File.join(WordCount::FOLDER, "flow.py"), flow, batch, text)
    end

    # Words/s of each flow with each batch size, one run each.
    def search(python, text)
      FLOWS.keys.to_h do |flow|
        [flow, BATCHES.to_h do |batch|
          Bench.progress("bytewax, flow #{flow}, batches of #{batch}")
          [batch, WordCount.rate(run(python, flow, batch, text))]
        end]
      end
    end

    def measure(result, options)
      python = python(options[:python])
      result.note("Bytewax #{VERSION} on #{`#{python} --version`.strip}, one worker. Its flows:\n\n" +
                  FLOWS.map { |flow, words| "- #{flow}: #{words}\n" }.join)
      Text.repeated(options[:times]) do |text|
        rates = search(python, text)
        result.table("Words/s of bytewax by batch size (one run each)", search_rows(rates))
        FLOWS.each_key do |flow|
          batch = rates[flow].max_by(&:last).first
          compare(result, options[:pairs], [flow, batch], text) { run(python, flow, batch, text) }
        end
      end
    end

    def search_rows(rates)
      [["flow", *BATCHES.map { |batch| "batch #{batch}" }],
       *rates.map { |flow, by_batch| [flow, *by_batch.values.map { |rate| Numbers.rate(rate) }] }]
    end

    def compare(result, count, (flow, batch), text, &bytewax)
      ours = Pairs::Side.new("Redgale words", -> { WordCount.redgale("classes", text) })
      theirs = Pairs::Side.new("bytewax words", bytewax)
      times = ->(ratio) { format("%.2f x", ratio) }
      pairs = Pairs.new(count, ours, theirs, shown: times) { |run| WordCount.rate(run) }.call do |mine, other|
        # the documented tokens are other words: only the lines can agree
        keys = flow == "documented" ? %w[lines] : %w[lines words digest]
        Bench.agree(keys.join(", "), other.values_at(*keys), mine.values_at(*keys))
      end
      result.figure("words/s, times bytewax, flow #{flow}, batches of #{batch}", times[pairs.ratio],
                    bar: (["at least 2 x", pairs.ratio >= 2] unless flow == "running"))
      result.table("Pairs, flow #{flow}, batches of #{batch}", pairs.rows)
    end
  end

  define("word_count_bytewax", "Word count, tuples, against bytewax's",
         pairs: 7, times: 4, python: "") { |result, options| Bytewax.measure(result, options) }
end
