# frozen_string_literal: true

module RedStorm
  # The RedStorm whose API this is.
  VERSION = "0.7.0.beta1"
end
