# frozen_string_literal: true

require "support/red_storm_file"

RSpec.describe "A RedStorm component that raises" do
  include RedStormFile

  it "ends the worker: the run ends with 70 and tells what and where" do
    result = local(endless.sub("puts tuple[0] if tuple[0] < 4", "raise 'no' if tuple[0] == 2"), timeout: 30)

    expect(result.exitstatus).to eq(70), result.to_s
    expect(result.stderr).to match(/ERROR redgale: show: the worker ends: RuntimeError: no\n\s+topology.rb:9/)
  end

  { "tuple[1.5]" => "RedStorm::DSL::TupleError: unsupported tuple index class=Float for 1.5",
    "tuple[:nothing]" => "RedStorm::Java::IllegalArgumentException: nothing does not exist",
    "tuple['nothing']" => "RedStorm::Java::IllegalArgumentException: nothing does not exist",
    "tuple[1]" => "RedStorm::Java::IndexOutOfBoundsException: Index: 1, Size: 1",
    "tuple.getString(0)" => "RedStorm::Java::ClassCastException: Integer cannot be cast to string: 1" }
    .each do |question, error|
      it "as #{question} does" do
        result = local(endless.sub("puts tuple[0] if tuple[0] < 4", question), timeout: 30)

        expect(result.exitstatus).to eq(70), result.to_s
        expect(result.stderr).to include("the worker ends: #{error}\n")
      end
    end

  it "in on_init, on_send or a constructor ends the worker, too" do
    ["on_init { raise 'no' }", "on_send { raise 'no' }"].each do |broken|
      result = local(endless.sub(/#{broken[/\w+/]} \{.*\}/, broken), timeout: 30)

      expect(result.exitstatus).to eq(70), result.to_s
    end
  end
end
