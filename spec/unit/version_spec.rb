# frozen_string_literal: true

require "redgale"

RSpec.describe "Redgale::VERSION" do
  it "is the version of the extension, of the crates and of the gem" do
    gem = Gem::Specification.load(File.expand_path("../../redgale.gemspec", __dir__))

    expect([Redgale::Native::VERSION, gem.version.to_s]).to all(eq(Redgale::VERSION))
  end
end
