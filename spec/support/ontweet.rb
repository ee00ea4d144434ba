# frozen_string_literal: true

require "redgale"
require "support/example_run"
require ExampleRun.path("ontweet/lib/ontweet")
