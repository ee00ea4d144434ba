# frozen_string_literal: true

# Loaded by Redgale's launcher when a topology file requires red_storm.

require "red_storm"
require "red_storm/launch/layer"

Redgale::Loader.use(RedStorm::Launch::Layer.new(Redgale::Loader.current))
