# frozen_string_literal: true

require "redgale"
require "support/process"

RSpec.describe Redgale::Log do
  it "has Rust's levels" do
    expect(described_class::LEVELS).to eq(%w[error warn info debug trace])
    expect(described_class.new("split")).to respond_to(*described_class::LEVELS)
  end

  it "passes level, component and text on, and returns nil" do
    lines = []
    allow(Redgale::Native).to receive(:log) { |*line| lines << line }
    log = described_class.new("split")
    results = [log.info("connected"), log.warn(3), log.debug { "expensive" }, log.error(nil)]
    described_class.warn("odd")
    described_class.error("bad", component: "count")

    expect(results).to all(be_nil)
    expect(lines).to eq([%w[info split connected], %w[warn split 3], %w[debug split expensive],
                         ["error", "split", ""], ["warn", "", "odd"], %w[error count bad]])
  end

  { "info" => %w[error warn info], "warn,redgale=debug" => %w[error warn info debug], "off" => [], "redgale=off" => [],
    "debug,other=trace" => %w[error warn info debug], "Redgale = Warn " => %w[error warn], nil => [] }
    .each do |filter, shown|
      it "knows that #{filter.inspect} shows #{shown.join(", ")}" do
        allow(Redgale::Native).to receive(:start_log)
        before = described_class.instance_variable_get(:@filter)
        described_class.start(filter)
        expect(described_class::LEVELS.select { |level| described_class.enabled?(level) }).to eq(shown)
      ensure
        described_class.instance_variable_set(:@filter, before)
      end
    end

  it "writes to stderr what the filter lets through, with the component" do
    result = SpecProcess.ruby("-e", <<~RUBY)
      require "redgale"
      Redgale::Native.start_log("info")
      log = Redgale::Log.new("split")
      log.info "connected"
      log.debug "hidden"
      log.error { "lost" }
    RUBY

    expect(result.stdout).to be_empty
    expect(result.stderr.lines.size).to eq(2)
    expect(result.stderr).to match(/INFO.*connected.*split/).or match(/INFO.*split.*connected/)
    expect(result.stderr).to match(/ERROR.*lost/).or match(/ERROR.*split.*lost/)
  end

  it "refuses a level that there is not" do
    expect { Redgale::Native.log("loud", "split", "text") }
      .to raise_error(ArgumentError, /no log level loud: error, warn/)
  end
end
