# frozen_string_literal: true

require "English"
require_relative "api"
require_relative "backoff"
require_relative "connection"

module Ontweet
  # Reads a stream on a thread of its own, again and again connected, and puts whole messages into a bounded queue: when
  # the topology is slower than the stream, the queue fills, the thread waits, and so does the server.
  #
  # What it puts: messages of the source; `:finished` when there is nothing more, ever; an {Error} when trying again
  # would not help. After the last two, and when it was asked to stop, the thread ends.
  class Reader
    # Raised in the thread to end it. It only arrives while the thread waits for the network or sleeps, so a message
    # that was received whole is always put.
    class Stop < Exception; end # rubocop:disable Lint/InheritException -- no `rescue` on the way must catch it

    # @param source [Object] see {Source}
    # @param queue [SizedQueue]
    # @param counters [#increment] told of :messages (put into the queue), :connections (the first one),
    #   :reconnects, :stalls, :half_messages, :too_long, perhaps with a number
    # @param log [#info, #warn]
    # @param backoff [Backoff]
    def initialize(source, queue, counters:, log:, backoff:)
      @source = source
      @queue = queue
      @counters = counters
      @log = log
      @backoff = backoff
      @connection = Connection.new(source.stall_timeout)
    end

    # @return [self]
    def start
      @thread = Thread.handle_interrupt(Stop => :on_blocking) { Thread.new { live } }
      self
    end

    # Asks it to end; what it has received whole is put first, so the queue must be emptied until {#alive?} is false.
    # @return [void]
    def stop
      @thread.raise(Stop) if alive?
    end

    # @return [Boolean]
    def alive? = @thread&.alive? == true

    private

    def live
      until @over
        begin
          prepare
          read
        rescue Failure => e
          pause(e)
        end
      end
    rescue Stop
      nil
    rescue StandardError => e
      put(e)
    end

    def prepare
      return if @prepared

      @source.prepare(Api.new(@connection))
      @prepared = true
    end

    # One connection, until it ends.
    def read
      messages = @source.messages
      outcome = @connection.stream(@source.request) { |bytes| bytes ? received(messages, bytes) : accepted }
      raise Failure, "the server has ended the stream" unless outcome == :finished

      @over = true
      put(:finished)
    rescue Failure => e
      @counters.increment(:stalls) if e.stalled?
      raise
    ensure
      @counters.increment(:half_messages) if messages.half? && !$ERROR_INFO.is_a?(Stop)
    end

    def accepted
      @counters.increment(@accepted ? :reconnects : :connections)
      @accepted = true
      @log.info("connected")
    end

    def received(messages, bytes)
      @backoff.connected
      before = messages.too_long
      messages.feed(bytes) do |message|
        put(message)
        @counters.increment(:messages)
      end
      left_out = messages.too_long - before
      @counters.increment(:too_long, left_out) if left_out.positive?
    end

    def put(item)
      Thread.handle_interrupt(Stop => :never) { @queue.push(item) }
    end

    def pause(failure)
      seconds = @backoff.wait_after(failure)
      @log.warn("#{failure.message}; connecting again #{seconds < 0.01 ? "at once" : "in #{seconds.round(2)} s"}")
      sleep(seconds)
    end
  end
end
