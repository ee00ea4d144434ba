# frozen_string_literal: true

# What the `redgale` binary runs for commands that load no topology: one argument, the command as JSON.

require "redgale/commands"

exit Redgale::Commands.main(ARGV.shift)
