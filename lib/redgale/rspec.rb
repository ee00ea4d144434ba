# frozen_string_literal: true

require "redgale/errors"

raise Redgale::NotAvailable.of("redgale/rspec", "the testing kit")
