# frozen_string_literal: true

module Ontweet
  # Shows what the others count, every second.
  class StatusBolt < Redgale::Bolt
    tick every: 1

    on_init do
      top = config["ontweet.top"]
      @status = Status.new(top)
      @screen = Screen.new($stdout, window: config["ontweet.window"], rows: top, live: live?)
    end

    on_receive emit: false do |tuple|
      case tuple
      in {counters:} then @status.counters = counters
      in {kind:, task:, top:} then @status.tell(kind, task, top)
      end
    end

    on_tick { @screen.show(@status) }
    on_close { @screen.finish(@status) }

    private

    # The progress of `redgale local` is drawn on stderr; both in one terminal would draw over each other.
    def live?
      return false unless $stdout.tty?
      return true unless $stderr.tty?

      log.info("stdout and stderr are the same terminal: plain lines; 2>ontweet.log shows the table")
      false
    end
  end
end
