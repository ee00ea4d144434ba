# frozen_string_literal: true

require "minitest"
require "redgale/testing"
require "redgale/minitest/assertions"

# Minitest's own.
module Minitest
  # Every test has the assertions of Redgale.
  module Assertions
    include Redgale::Minitest::Assertions
  end
end
