# frozen_string_literal: true

# Redgale's loader finds this file when a topology file requires red_storm, which then tells the loader of itself.
require "red_storm"
