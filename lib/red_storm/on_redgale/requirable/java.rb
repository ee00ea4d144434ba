# frozen_string_literal: true

# `require "java"` makes JRuby's Java integration ready; here the launcher has defined what there is.
