# frozen_string_literal: true

require "support/example_run"

RSpec.describe "examples/hello_world" do
  it "prints its two words in order, both acked, and ends with 0" do
    result = ExampleRun.local("hello_world/hello_world.rb")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to eq("Hello\nworld\n")
    expect(result.stderr).to match(/2 tuples acked, .* 0 failures, 0 given up, 0 pending/)
  end

  it "greets as it is told by --set" do
    result = ExampleRun.local("hello_world/hello_world.rb", "--set", "greeting=Good morning", "--strict")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to eq("Good morning\nworld\n")
  end
end
