# frozen_string_literal: true

require "socket"
require_relative "token"
require_relative "track"
require_relative "tweet"
require_relative "server/options"
require_relative "server/tweet_maker"
require_relative "server/feed"
require_relative "server/formats"
require_relative "server/journal"
require_relative "server/http"
require_relative "server/rule_store"
require_relative "server/shared"
require_relative "server/session"

module Ontweet
  # A streaming API of one's own, on this machine only: invented tweets, the same for the same seed, in three formats,
  # and misbehaviour on request.
  module Server
    HOST = "127.0.0.1"

    module_function

    # Serves until it gets INT or TERM.
    # @param options [Options]
    # @return [void]
    def run(options)
      server = TCPServer.new(HOST, options.port)
      puts "listening on http://#{HOST}:#{server.addr[1]}"
      $stdout.flush
      shared = Shared.new(options, Token.from(ENV))
      Thread.new { end_with_stdin } if options.until_stdin_ends
      loop do
        socket = server.accept
        Thread.new { Session.new(Http.new(socket), shared).serve }
      end
    rescue SignalException
      nil
    end

    # @api private
    def end_with_stdin
      $stdin.read
      Process.kill("TERM", Process.pid)
    end
  end
end
