# frozen_string_literal: true

require_relative "accounted"

# Strings that are not valid UTF-8, and other values, on every way through the engine.
module Values
  ODD = [
    "\xFF\xFE invalid", "caf\xC3", "\x00\x01\x02binary\xFF".b, "".b, "\u00e9".encode(Encoding::ISO_8859_1),
    "\u65e5\u672c".encode(Encoding::EUC_JP), "wide".encode(Encoding::UTF_16LE), ("\x80" * 5000).b, "\0", "plain"
  ].each(&:freeze).freeze

  # What a string is: bytes, encoding, validity.
  def self.describe(text) = [text.unpack1("H*"), text.encoding.name, text.valid_encoding?]

  class Source < Redgale::Spout
    include Accounted::Books

    output_fields :id, :text
    stream :by_hand, :id, :text

    on_init { @last = 0 }
    on_send do
      next finish && nil if @last == ODD.size * 2

      id = @last += 1
      note(:emitted, id)
      values = [id, ODD[(id - 1) % ODD.size].dup]
      next values if id.odd?

      emit(values, stream: :by_hand)
      nil
    end
    on_ack { |values| note(:acked, values.first) }
  end

  # Keeps the bytes, fails each tuple once.
  class Pass < Redgale::Bolt
    include Accounted::Books

    output_fields :id, :text

    on_receive do |tuple|
      id = tuple[:id]
      raise "once" if id.even? && !(@failed ||= {})[id] && (@failed[id] = true)

      [id, tuple[:text]]
    end
  end

  class Sink < Redgale::Bolt
    include Accounted::Books

    on_values do |id, text|
      note(:processed, id)
      note(:got, [id, *Values.describe(text)])
      note(:task, [Values.describe(text), context.task_id])
    end
  end

  class Through < Redgale::Topology
    spout Source
    bolt(Pass) do
      source Source, :shuffle
      source Source, :shuffle, stream: :by_hand
    end
    bolt(Sink, parallelism: 3) { source Pass, fields: [:text] }
    configure { retry_backoff_min 0.02 }
  end

  class Hold < Redgale::Bolt
    on_receive(ack: false) { |_tuple| nil }
  end

  class Held < Redgale::Topology
    spout Source
    bolt(Hold) do
      source Source, :shuffle
      source Source, :shuffle, stream: :by_hand
    end
    configure { shutdown_timeout 0.5 }
  end
end
