# frozen_string_literal: true

require_relative "line_buffer"

module Ontweet
  # Server-sent events: lines `event: NAME` and `data: TEXT`, an empty line ends the event, a line that begins with a
  # colon keeps the connection alive.
  class ServerSentEvents
    # @!attribute name
    #   @return [String] "message" if the server gives none
    # @!attribute data
    #   @return [String] lines of data joined by newlines
    Event = Struct.new(:name, :data)

    # @param lines [LineBuffer]
    def initialize(lines = LineBuffer.new)
      @lines = lines
      @long_events = 0
      begin_event
    end

    # @param bytes [String] what was received
    # @yieldparam event [Event] a whole event with data
    # @return [void]
    def feed(bytes)
      @lines.feed(bytes) do |line|
        next field(line) unless line.empty?

        event = finished_event
        begin_event
        yield event if event
      end
    end

    # @return [Boolean] whether an event has begun and not ended
    def half? = @begun || @lines.half?

    # @return [Integer] lines and events left out because they were too long
    def too_long = @lines.too_long + @long_events

    private

    def begin_event
      @name = nil
      @data = []
      @bytes = 0
      @begun = false
    end

    def finished_event
      return Event.new(@name || "message", @data.join("\n")) if @data.any?

      @long_events += 1 if @bytes.positive?
      nil
    end

    # The name ends at the first colon; one space behind it does not count.
    def field(line)
      name, value = line.b.split(":", 2)
      return unless %w[event data].include?(name)

      value = value.to_s.delete_prefix(" ").force_encoding(Encoding::UTF_8)
      name == "event" ? @name = value : append(value)
      @begun = true
    end

    # An event may have any number of lines; together they are no longer than one line may be.
    def append(value)
      @bytes += value.bytesize
      @bytes > LineBuffer::LONGEST ? @data.clear : @data << value
    end
  end
end
