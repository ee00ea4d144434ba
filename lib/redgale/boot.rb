# frozen_string_literal: true

# What the `redgale` binary runs for commands that load Ruby: one argument, the command as JSON.
require "redgale/launcher"

exit Redgale::Launcher.main(ARGV.shift)
