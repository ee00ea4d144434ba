# frozen_string_literal: true

require "redgale"

RSpec.describe Redgale::Error do
  errors = Redgale.constants.map { |name| Redgale.const_get(name) }
                  .select { |constant| constant.is_a?(Class) && constant < Exception }

  it "is the root of every error of the library" do
    expect(errors).to include(Redgale::DefinitionError, Redgale::EmitError, Redgale::UnsupportedValue)
    expect(errors).to all(be <= described_class)
    expect(described_class).to be < StandardError
  end

  it "shows all problems of a definition, each on a line with its place, if it has one" do
    problems = [{ "message" => "no spout", "at" => "a.rb:3" }, { "message" => "odd", "at" => "" }]
    error = Redgale::DefinitionError.new(problems)

    expect(error.message).to eq("a.rb:3: no spout\nodd")
    expect(error.problems).to eq(problems)
  end
end
