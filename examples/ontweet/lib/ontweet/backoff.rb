# frozen_string_literal: true

module Ontweet
  # How long to wait before the next try to connect. Each kind of failure has a first wait, doubled for each further
  # failure in a row up to a longest one, plus up to half of it by chance, so that clients that were thrown out together
  # do not come back together. A connection that has delivered something and then broke is made again at once.
  #
  # Decides only; the reader sleeps.
  class Backoff
    # Seconds: the first wait, the longest wait. As X asks for; what asks for less may get more.
    WAITS = {
      network: [0.25, 16],       # refused, reset, no route, a certificate, silence before the first byte
      http: [5, 320],            # the server answers with an error that may pass
      rate_limited: [60, 960]    # the server says that we ask too often
    }.freeze

    # Most seconds before a connection that worked is made again.
    AT_ONCE = 0.25

    # @param factor [Numeric] all waits are multiplied by it; below 1 only for servers of one's own
    # @param random [Random]
    def initialize(factor: 1, random: Random.new)
      @factor = factor
      @random = random
      @failures = 0
      @worked = false
    end

    # The connection has delivered something.
    # @return [void]
    def connected
      @failures = 0
      @worked = true
    end

    # @param failure [Failure] why the connection ended or was not made
    # @return [Float] seconds to wait
    def wait_after(failure)
      return at_once if @worked

      first, longest = WAITS.fetch(failure.kind)
      wait = [first * (2.0**@failures), longest].min
      @failures += 1
      [wait * (1 + (@random.rand / 2)) * @factor, failure.retry_after].max
    end

    private

    def at_once
      @worked = false
      @random.rand * AT_ONCE * @factor
    end
  end
end
