# frozen_string_literal: true

require "minitest"
require "redgale/testing"
require "redgale/minitest/assertions"

# Every test has the assertions.
Minitest::Assertions.include(Redgale::Minitest::Assertions)
