# frozen_string_literal: true

# Redgale's loader looks for this file when a topology file requires red_storm.
require "red_storm"
require "red_storm/on_redgale/layer"

RedStorm::OnRedgale::Layer.join(Redgale::Loader.current)
