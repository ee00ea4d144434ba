# frozen_string_literal: true

require "red_storm"

RSpec.describe RedStorm::DSL::Missing do
  { "DRPCTopology" => ["DRPC", "spout takes the requests"], "BatchBolt" => ["batches (with DRPC)", "collects"],
    "BatchCommitterBolt" => ["batches (with DRPC)", "collects"],
    "BatchSpout" => ["Trident", "one tuple at a time"] }.each do |name, (part, instead)|
    it "#{name} can be named, but a class of it says what is missing and what to use" do
      expect { Class.new(RedStorm::DSL.const_get(name)) }.to raise_error(Redgale::NotAvailable) { |error|
        expect(error.message).to start_with("`RedStorm::DSL::#{name}` is not available yet: it comes with #{part}")
          .and include(instead)
      }
    end
  end

  it "the errors of RedStorm are there" do
    expect([RedStorm::DSL::SpoutError, RedStorm::DSL::BoltError, RedStorm::DSL::TupleError,
            RedStorm::DSL::TopologyDefinitionError].map(&:superclass)).to all(eq(StandardError))
  end
end
