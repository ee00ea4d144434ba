# frozen_string_literal: true

require "support/example_run"

RSpec.describe "examples/red_storm" do
  # What a program prints, line by line, without RedStorm's own line.
  def lines(name, *arguments)
    result = ExampleRun.local("red_storm/#{name}.rb", *arguments)
    expect(result.exitstatus).to eq(0), result.to_s
    @stderr = result.stderr
    result.stdout.lines.drop(1).map(&:chomp)
  end

  it "hello_world prints its two words once, in order" do
    expect(lines("hello_world")).to eq(%w[Hello world])
  end

  it "word_count counts every word of every sentence, and each sentence's words equally often" do
    counts = lines("word_count").to_h(&:split).transform_values(&:to_i)

    expect(counts.values_at("jumped", "over", "moon")).to all(eq(counts["cow"]))
    expect(counts.values_at("four", "score", "and", "seven", "years")).to all(eq(counts["ago"]))
    expect(counts.values_at("an", "apple", "day", "the")).to eq([*[counts["a"]] * 3, 2 * counts["cow"]])
    expect(counts.size).to eq(15)
    expect(counts.values.min).to be > 10
    expect(@stderr[/word_count_bolt +([\d,]+)/, 1].delete(",").to_i).to eq(counts.values.sum)
  end

  it "word_count logs its tuples with --set debug=true" do
    lines("word_count", "--set", "debug=true")
    expect(@stderr.scan(/Emitting: word_count_bolt default \[cow, (\d+)\]/).flatten.map(&:to_i).first(5))
      .to eq([1, 2, 3, 4, 5])
  end

  it "exclamation adds both bolts' marks" do
    words = lines("exclamation")

    expect(words).not_to be_empty
    expect(words).to all(match(/\A(nathan|mike|jackson|golda|bertels)!{6}\z/))
  end

  it "reliable hears of each id, and emits again what failed" do
    expect(lines("reliable").sort).to eq(["acked 1", "acked 2", "acked 3", "failed 2"])
  end

  it "two_streams parts what can be read from the rest" do
    expect(lines("two_streams").sort)
      .to eq(["cup: 3", 'pot,three: invalid value for Integer(): "three"', "spoon: can't convert nil into Integer"])
  end
end
