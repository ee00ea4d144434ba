# frozen_string_literal: true

require "timeout"

$LOAD_PATH.unshift(File.expand_path("../lib", __dir__))

RSpec.configure do |config|
  config.disable_monkey_patching!
  config.filter_run_when_matching :focus
  config.expect_with(:rspec) { |expectations| expectations.include_chain_clauses_in_custom_matcher_descriptions = true }
  config.mock_with(:rspec) { |mocks| mocks.verify_partial_doubles = true }
  # A failing seed is printed by RSpec; `rspec --seed N` repeats the order and every Kernel#rand of a spec.
  Kernel.srand config.seed

  # A unit spec that hangs fails by name; processes of integration specs have limits of their own.
  config.around(:each, file_path: %r{/spec/unit/}) { |example| Timeout.timeout(60) { example.run } }
end
