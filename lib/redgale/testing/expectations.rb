# frozen_string_literal: true

require "redgale/testing"
require "redgale/testing/expectations/decided"
require "redgale/testing/expectations/emitted"
require "redgale/testing/expectations/logged"
