# frozen_string_literal: true

require "redgale/errors"

raise Redgale::NotAvailable.of("red_storm", "RedStorm compatibility")
