# frozen_string_literal: true

require "support/accounting"

# max_retries 2 is three tries. Then on_give_up is told the values and the error, and the exit code is 3.
RSpec.describe "A tuple that fails more often than max_retries allows" do
  it "is given up with the exception of its last try" do
    run = Accounting.run("errors.rb", "limited")

    expect(run.exitstatus).to eq(3)
    expect(run.notes(:given_up)).to match_array([4, 8, 12, 16, 20])
    expect(run.notes(:reasons)).to eq(["IOError"] * 5)
    expect(run.notes(:told).tally.values).to eq([3] * 5)
    expect(run.report).to include("state" => "finished", "acked" => 15, "failed" => 15, "given_up" => 5)
    expect(run).to add_up
  end

  it "is given up with a Redgale::GivenUp if nothing was raised" do
    run = Accounting.run("errors.rb", "limited_fail")

    expect(run.exitstatus).to eq(3)
    expect(run.notes(:given_up)).to match_array([4, 8, 12, 16, 20])
    expect(run.notes(:reasons)).to eq(["Redgale::GivenUp"] * 5)
    expect(run).to add_up
  end
end
