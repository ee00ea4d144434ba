# frozen_string_literal: true

require "redgale/errors"

raise Redgale::NotAvailable.of("redgale/testing", "the testing kit")
