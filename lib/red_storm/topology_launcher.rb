# frozen_string_literal: true

require "rbconfig"
require "redgale/errors"

# RedStorm's entry point.
class TopologyLauncher
  # Runs a topology file in place of this process, as `redgale local FILE` does.
  # @param arguments [Array<String>] env and file
  # @raise [Redgale::NotAvailable] if env is "cluster"
  def self.main(arguments)
    env, file = arguments
    raise Redgale::NotAvailable.of("cluster", "the cluster") if env.to_s == "cluster"

    exec(RbConfig.ruby, File.expand_path("../../exe/redgale", __dir__), "local", "--env", env.to_s, file)
  end
end
