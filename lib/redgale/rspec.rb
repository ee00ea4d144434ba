# frozen_string_literal: true

require "rspec/core"
require "redgale/testing"
require "redgale/rspec/matchers"

# Every example group has the matchers.
RSpec.configure { |config| config.include Redgale::RSpec::Matchers }
