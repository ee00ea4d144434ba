# frozen_string_literal: true

require "support/accounting"

# `ack: false` leaves the ack to the bolt: in the handler, later, from any thread, or never.
RSpec.describe "A bolt that acks by hand" do
  def expect_ordinary_end(run, count = 20)
    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:acked)).to match_array(1..count)
    expect(run.report["state"]).to eq("finished")
    expect(run).to add_up
  end

  def attempts(run) = run.notes(:attempt).to_h { |what, result, message| [what, [result, message]] }

  it "may forget a tuple: it times out and is replayed" do
    run = Accounting.run("acking.rb", "forgets")
    tries = run.notes(:tried).group_by(&:first).transform_values { |notes| notes.map(&:last) }

    expect_ordinary_end(run)
    expect(run.report).to include("failed" => 5, "emitted" => 25)
    expect(run.report["components"]["numbers"]["timed_out"]).to eq(5)
    expect(tries.select { |_, times| times.size == 2 }.keys).to contain_exactly(4, 8, 12, 16, 20)
    expect(tries.values_at(4, 8, 12, 16, 20).map { |first, second| second - first }).to all(be >= 0.5)
  end

  it "may keep tuples, and emit, ack and fail from another thread" do
    run = Accounting.run("acking.rb", "async")

    expect_ordinary_end(run)
    # an odd id fails once at each of the two tasks at most
    expect(run.report["failed"]).to be_between(10, 20)
  end

  it "may do so from many threads at once" do
    expect_ordinary_end(Accounting.run("acking.rb", "many_threads", set: { count: 20_000 }), 20_000)
  end

  it "may ack and fail in a handler that acks by itself: the first decision counts" do
    run = Accounting.run("acking.rb", "by_hand")

    expect_ordinary_end(run)
    expect(run.report["failed"]).to eq(10)
  end

  it "acks once: further acks and fails are ignored and counted" do
    run = Accounting.run("acking.rb", "twice")

    expect_ordinary_end(run)
    expect(run.report["failed"]).to eq(0)
    expect(run.report["components"]["twice_bolt"]).to include("acked" => 20, "failed" => 0, "ignored_acks" => 40)
  end

  it "may not ack or fail a tuple that another component got" do
    run = Accounting.run("acking.rb", "borrows")

    expect_ordinary_end(run, 3)
    expect(run.notes(:attempt).tally).to eq(%w[ack Redgale::AnchorError] => 3, %w[fail Redgale::AnchorError] => 3)
  end

  it "is told what to do instead of passing something that is not a tuple" do
    run = attempts(Accounting.run("acking.rb", "rules"))

    expect(run["fail of an exception"]).to match(["TypeError", /takes a Redgale::Tuple, .*oops.*use raise/])
    expect(run["fail of a text"]).to match(["TypeError", /takes a Redgale::Tuple, .*use raise/])
    expect(run["ack of nil"]).to match(["TypeError", /takes a Redgale::Tuple, not nil/])
    expect(run["emit anchored to what is no tuple"]).to match(["TypeError", /takes a Redgale::Tuple/])
    stranger = run["emit anchored to a list with a stranger"]
    expect(stranger).to match(["TypeError", /takes a Redgale::Tuple or an Array of them, not 1/])
  end

  it "must say what an emit is anchored to where there is no current input" do
    run = Accounting.run("acking.rb", "rules")
    results = attempts(run)
    done = ["emit in the handler", "emit anchored to several", "emit in another thread, no anchor",
            "emit in another thread, anchored", "emit in on_tick", "emit in on_tick, no anchor"]

    expect(results["emit in another thread"]).to match(["Redgale::AnchorError", /needs `anchor:` here/])
    expect(results.values_at(*done).map(&:first)).to all(eq("done"))
    expect_ordinary_end(run)
  end

  it "is told what is wrong with an emit" do
    run = attempts(Accounting.run("acking.rb", "rules"))

    expect(run["emit of the wrong size"]).to match(["Redgale::EmitError", /has 1 field \(:id\), .* 2 values/])
    expect(run["emit to an unknown stream"]).to match(["Redgale::EmitError", /no stream `other`/])
    expect(run["emit to a task of a stream that is not direct"]).to match(["Redgale::EmitError", /not direct/])
  end

  it "gets ClosedError after the end; a tuple that it kept stays valid" do
    run = Accounting.run("acking.rb", "goes_on")

    expect_ordinary_end(run)
    expect(run.notes(:in_on_close)).to eq(["Redgale::ClosedError"])
    %i[emit ack fail].each { |verb| expect(run.notes(verb)).to eq(["Redgale::ClosedError"]) }
    expect(run.notes(:value).first).to be_between(1, 20)
  end
end
