# frozen_string_literal: true

require "redgale"

RSpec.describe Redgale::Context do
  it "tells a component's place, and asks for tasks of others" do
    context = described_class.new(task_id: 3, component_id: "split", topology_name: "word_count",
                                  config: { "a" => 1 }.freeze, tasks: ->(id) { { "count" => [1, 2] }.fetch(id.to_s) })

    expect([context.task_id, context.component_id, context.topology_name]).to eq([3, "split", "word_count"])
    expect(context.config).to eq("a" => 1).and be_frozen
    expect(context.tasks(:count)).to eq([1, 2])
  end

  it "is not there before on_init, and says so" do
    bolt = Class.new(Redgale::Bolt) { define_singleton_method(:name) { "Early" } }.new

    expect { bolt.config }.to raise_error(Redgale::Error, "Early has no context yet: it begins with on_init")
    expect { bolt.emit([1]) }.to raise_error(Redgale::ClosedError, "Early is not part of a running topology")
    expect { bolt.ack(1) }.to raise_error(Redgale::ClosedError)
    expect { bolt.fail(1) }.to raise_error(Redgale::ClosedError)
  end
end
