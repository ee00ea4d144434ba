# frozen_string_literal: true

module Ontweet
  # Emits the tweets of a stream, each id once. A {Reader} receives them on a thread of its own; here they are parsed.
  #
  # Duplicates are recognised here and not in a bolt: a tuple that failed is emitted again by the engine, and a bolt
  # could not tell that from a tweet that was sent twice. `on_send` is not asked for replays.
  class TweetSpout < Redgale::Spout
    # What is counted: whole messages, what became of each of them (received is a tweet that was emitted), and what
    # happened to the connection.
    COUNTED = %i[messages received duplicates invalid off_topic notices others half_messages too_long connections
                 reconnects stalls].freeze
    # Messages that may wait between the reader and `on_send`.
    WAITING = 1_000
    # Messages that are looked at in one call of `on_send`.
    AT_ONCE = 100

    output_fields :id, :user, :text, :hashtags
    stream :status, :counters
    stream :done, :tweets
    tick every: 0.5
    # A setting that is wrong, or a server that refuses us, does not get better: the topology ends with 70.
    error_policy :die

    on_init do
      @settings = Settings.new(config)
      @source = Source.of(@settings)
      @backoff = Backoff.new(factor: @settings.wait_factor)
      @seen = SeenIds.new(config["ontweet.remembered_ids"])
      @counters = COUNTED.to_h { |name| [name, metrics.counter(name)] }
      @queue = SizedQueue.new(WAITING)
      @emitted = @acked = 0
    end

    on_activate do
      log.info("#{config["ontweet.source"]}: #{@source.request.uri}")
      @reader = Reader.new(@source, @queue, counters: self, log: log, backoff: @backoff).start
    end

    on_send do
      values = next_values
      next values if values

      conclude if @finished && @acked == @emitted
    end

    on_ack { |values| @acked += 1 unless values == :status }

    on_tick { tell }

    # What the reader has received whole is handed on, although the topology drains.
    on_deactivate do
      @reader.stop
      sleep(0.001) until hand_on && !@reader.alive? && @queue.empty?
    end

    # @param name [Symbol] one of {COUNTED}
    # @param by [Integer]
    # @return [void]
    def increment(name, by = 1) = @counters.fetch(name).increment(by)

    private

    # The next new tweet that waits, nil if none does. Among many duplicates it stops looking for a while: until
    # `on_send` returns, acks have to wait.
    def next_values
      AT_ONCE.times do
        return if @queue.empty?

        item = @queue.pop
        raise item if item.is_a?(Exception)
        next @finished = true if item == :finished

        tweet = new_tweet(item)
        next unless tweet

        @emitted += 1
        return tweet.to_a
      end
      nil
    end

    def new_tweet(message)
      tweet = @source.parse(message)
      return other(tweet) unless tweet.is_a?(Tweet)
      return increment(:off_topic) && nil unless @source.wanted?(tweet)
      return increment(:duplicates) && nil unless @seen.add?(tweet.id)

      increment(:received)
      tweet
    rescue InvalidMessage => e
      increment(:invalid)
      log.debug { "left out: #{e.message}" }
      nil
    end

    def other(notice)
      increment(notice ? :notices : :others)
      log.warn("the server says: #{notice.text}") if notice
      nil
    end

    # Not tracked by the engine, which would repeat it later, when it is no longer true: it has an id and no on_fail.
    def tell = emit([@counters.transform_values(&:value)], stream: :status, id: :status)

    # Everything is counted: now the last figures.
    def conclude
      tell
      emit(@emitted, stream: :done)
      finish
    end

    def hand_on
      while (values = next_values)
        emit(values)
      end
      true
    rescue Redgale::ClosedError
      log.warn("#{@queue.size + 1} tweets were received when the topology had ended")
      @queue.clear
    end
  end
end
