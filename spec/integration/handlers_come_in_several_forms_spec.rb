# frozen_string_literal: true

require "support/accounting"

# on_batch, on_values and around: what they are called with, what they emit is anchored to, what fails.
RSpec.describe "A handler" do
  def run_of(topology, failed: 0, **options)
    run = Accounting.run("handlers.rb", topology, **options)
    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:acked)).to match_array(1..20)
    expect(run.report).to include("acked" => 20, "failed" => failed, "emitted" => 20 + failed)
    expect(run).to add_up
    run
  end

  describe "on_batch" do
    it "gets at most `max` tuples, in order, the rest after `within`" do
      run = run_of("max")

      expect(run.notes(:batch).flatten).to eq((1..20).to_a)
      expect(run.notes(:batch).map(&:size)).to all(be <= 6)
      expect(run.notes(:class).uniq).to eq(["Redgale::Tuple"])
    end

    it "does not wait longer than `within` for more" do
      run = run_of("within")

      expect(run.notes(:batch).flatten).to eq((1..20).to_a)
      expect(run.notes(:batch).size).to be >= 4
    end

    it "fails all its tuples by raising, and on_error gets them" do
      run = run_of("raising", failed: 5)

      expect(run.notes(:told)).to eq([["RuntimeError", [6, 7, 8, 9, 10]]])
    end

    it "fails one by fail(tuple), and acks the others" do
      run_of("failing_one", failed: 4)
    end

    %w[returned by_hand].each do |how|
      it "anchors what it emits (#{how}) to all its tuples" do
        run = run_of("anchored", failed: 4, set: { how: how })

        expect(run.notes(:batch).count([1, 2, 3, 4])).to eq(2)
      end
    end

    it "gets what was collected when the topology finishes, long before `within`" do
      run_of("waiting_to_finish", timeout: 20)
    end

    it "gets what was collected when the topology drains" do
      run = run_of("waiting", timeout: 20, arguments: ["--timeout", "0.5"])

      expect(run.report["state"]).to eq("drained")
    end
  end

  describe "around" do
    it "wraps each call, may raise instead, and its ensure runs" do
      run = run_of("around", failed: 5)

      expect(run.notes(:before)).to match_array(1..20)
      expect(run.notes(:after).size).to eq(25)
    end

    it "gets the values of on_values, and nil for on_send" do
      run = run_of("around_values_and_spout")

      expect(run.notes(:around)).to match_array((1..20).map { |id| ["Array", [id]] })
      expect(run.notes(:spout).uniq).to eq([nil])
    end
  end

  describe "on_values" do
    { "first_bolts" => "the first values, if the block takes fewer", "none_bolts" => "none, if it takes none",
      "splat_bolts" => "all, if it takes a splat", "return_bolts" => "all, and may return" }.each do |topology, what|
      it "gets #{what}" do
        run = run_of(topology)

        expect(run.notes(:processed)).to match_array(1..20)
      end
    end
  end
end
