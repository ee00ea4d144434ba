# frozen_string_literal: true

require "support/accounting"

# Each id of four fails twice. The engine tells on_fail and replays nothing itself: what comes again is what the spout
# emits.
RSpec.describe "A spout that owns its replay" do
  ids = ["id 4", "id 8", "id 12", "id 16", "id 20"]

  def expect_replay_by_the_spout(run, failed)
    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:failed).tally).to eq(failed.to_h { |id| [id, 2] })
    expect(run.notes(:acked)).to match_array(1..20)
    expect(run.report).to include("state" => "finished", "acked" => 20, "failed" => 10, "emitted" => 30)
    expect(run).to add_up
  end

  it "may return the id first: on_send(reliable: true)" do
    expect_replay_by_the_spout(Accounting.run("errors.rb", "own_replay_by_return"), ids)
  end

  it "may emit with id:" do
    expect_replay_by_the_spout(Accounting.run("errors.rb", "own_replay_by_emit"), ids)
  end

  it "is told the values if it defines on_fail and gives no id" do
    expect_replay_by_the_spout(Accounting.run("errors.rb", "own_replay_by_values"), [4, 8, 12, 16, 20])
  end
end
