#!/usr/bin/env ruby
# frozen_string_literal: true

# The streaming server of the example. `server.rb --help` shows what it can be asked to do.

require_relative "lib/ontweet/server"

begin
  options = Ontweet::Server::Options.new(ARGV)
rescue OptionParser::ParseError => e
  warn "server.rb: #{e.message} (--help shows the options)"
  exit 2
end

Ontweet::Server.run(options)
