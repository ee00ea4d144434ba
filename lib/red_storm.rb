# frozen_string_literal: true

require "redgale"
require "red_storm/version"
require "red_storm/environment"
Redgale::Place.hide(File.expand_path("red_storm", __dir__))

require "red_storm/configuration"
require "red_storm/configurator"
require "red_storm/loggable"
require "red_storm/dsl/errors"
require "red_storm/dsl/tuple"
require "red_storm/dsl/output_collector"
require "red_storm/dsl/bolt"
require "red_storm/dsl/spout"
require "red_storm/dsl/topology"
require "red_storm/dsl/missing"

# The API of RedStorm 0.6.6 and 0.7, on Redgale's engine: docs/red_storm.md.
module RedStorm
end

autoload :TopologyLauncher, "red_storm/topology_launcher"

# A topology file may be being loaded: it gets what RedStorm's launcher gave it.
if defined?(Redgale::Loader)
  require "red_storm/on_redgale/layer"
  RedStorm::OnRedgale::Layer.join(Redgale::Loader.current)
end
