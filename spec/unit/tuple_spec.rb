# frozen_string_literal: true

require "redgale"

RSpec.describe Redgale::Tuple do
  # Tuples are made by the engine alone: a run of one spout and one bolt hands one out.
  def self.handed_out(values, fields)
    kept = []
    spout = Class.new(Redgale::Spout) do
      output_fields(*fields)
      on_init { @left = [values] }
      on_send { (one = @left.shift) ? emit(one) : finish }
    end
    bolt = Class.new(Redgale::Bolt) { on_receive(emit: false) { |tuple| kept.push(tuple) } }
    topology = Class.new(Redgale::Topology) do
      name "handed_out"
      spout spout, id: :source
      bolt(bolt, id: :sink) { source :source, :shuffle }
    end
    Redgale.run(topology)
    kept.fetch(0)
  end

  tuple = handed_out(["to be".dup, 2, nil, [1, { a: 1 }]], %i[word count none list])
  let(:tuple) { tuple }

  it "gives values by Symbol, String and position" do
    expect([tuple[:word], tuple["count"], tuple[2], tuple[0]]).to eq(["to be", 2, nil, "to be"])
    expect(tuple[-1]).to eq([1, { a: 1 }])
  end

  [:wrod, "wrod", 4, -5, nil, 1.0, Object].each do |key|
    it "raises for #{key.inspect}, naming what there is" do
      expect { tuple[key] }.to raise_error(Redgale::UnknownField) { |error|
        expect(error.message).to include(key.inspect).and match(/word.*count.*none.*list/)
      }
    end
  end

  it "has values, fields and a Hash of both" do
    expect(tuple.values).to eq(["to be", 2, nil, [1, { a: 1 }]])
    expect(tuple.fields).to eq(%i[word count none list])
    expect(tuple.to_h).to eq(word: "to be", count: 2, none: nil, list: [1, { a: 1 }])
  end

  it "knows where it comes from" do
    expect([tuple.component, tuple.stream, tuple.task]).to eq(["source", :default, 2])
  end

  it "can be matched by name and by position" do
    by_name = case tuple
              in { word: String => word, count: Integer => count } then [word, count]
              end
    by_position = case tuple
                  in [first, *] then first
                  end

    expect(by_name).to eq(["to be", 2])
    expect(by_position).to eq("to be")
    expect(tuple.deconstruct_keys(%i[word])).to eq(word: "to be")
    expect(tuple.deconstruct_keys(nil)).to eq(tuple.to_h)
  end

  it "is not to be changed, nor made by hand" do
    expect { tuple.values << 1 }.to raise_error(FrozenError)
    expect { described_class.new }.to raise_error(TypeError)
    expect { described_class.allocate }.to raise_error(TypeError)
    expect(tuple).not_to respond_to(:[]=, :word)
  end

  it "shows itself to people" do
    expect(tuple.inspect).to eq('#<Redgale::Tuple source:default word: "to be", count: 2, none: nil, ' \
                                "list: [1, {:a=>1}]>")
    expect(tuple.to_s).to eq(tuple.inspect)
  end

  it "outlives its run and the GC" do
    GC.start

    expect(tuple[:word]).to eq("to be")
  end
end
