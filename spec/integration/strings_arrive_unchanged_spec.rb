# frozen_string_literal: true

require "support/accounting"
require_relative "../topologies/values"

# Bytes, encoding and validity of strings stay as they are: returned or emitted by hand, through shuffle and fields
# groupings, after a replay, and with --strict, which takes each value through the codec.
RSpec.describe "A string that is binary or not valid in its encoding" do
  odd = Values::ODD
  sent = (1..(odd.size * 2)).map { |id| [id, *Values.describe(odd[(id - 1) % odd.size])] }

  def expect_unchanged(run, sent)
    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:got)).to match_array(sent)
    expect(run.report["failed"]).to eq(sent.size / 2)
    expect(run).to add_up
  end

  it "arrives unchanged" do
    expect_unchanged(Accounting.run("values.rb", "through"), sent)
  end

  it "arrives unchanged with --strict" do
    expect_unchanged(Accounting.run("values.rb", "through", arguments: ["--strict"]), sent)
  end

  it "comes to the same task of a fields grouping as one that equals it" do
    run = Accounting.run("values.rb", "through")
    tasks = run.notes(:task).group_by(&:first).transform_values { |notes| notes.map(&:last).uniq.size }

    expect(tasks.size).to eq(odd.size)
    expect(tasks.values).to all(eq(1))
  end

  it "can be listed as pending" do
    run = Accounting.run("values.rb", "held", arguments: ["--timeout", "0.3"])

    expect(run.exitstatus).to eq(75)
    expect(run.pending).to match_array(1..(odd.size * 2))
    expect(run).to add_up
  end
end
