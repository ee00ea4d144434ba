# frozen_string_literal: true

module Redgale
  # Version of the gem, and of the extension and binary that belong to it.
  VERSION = "0.1.0"
end
