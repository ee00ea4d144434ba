# frozen_string_literal: true

# Good lines go one way, bad lines another, each to a sink of its own:
#
#   redgale local two_streams.rb
#   redgale local two_streams.rb --set input=my_orders.csv

require "redgale"

class LineSpout < Redgale::Spout
  output_fields :number, :line

  on_init { @lines = File.foreach(config["input"], chomp: true, encoding: "UTF-8").with_index(1) }

  on_send do
    line, number = @lines.next
    [number, line] unless line.empty? || line.start_with?("#")
  end
end

# A line that cannot be read will not get better by being read again. So it is no failure of the tuple, which would be
# replayed: it is a result, on a stream of its own. Only what nobody has thought of raises, and is replayed.
class ParseBolt < Redgale::Bolt
  output_fields :order, :item, :pieces, :cents
  stream :errors, :number, :line, :reason

  on_receive emit: false do |tuple|
    emit parse(tuple[:line])
  rescue ArgumentError => e
    emit [tuple[:number], tuple[:line], e.message], stream: :errors
  end

  def parse(line)
    order, item, pieces, price = columns = line.split(",", -1)
    raise ArgumentError, "#{columns.size} columns instead of 4" unless columns.size == 4
    raise ArgumentError, "no item" if item.empty?

    pieces = Integer(pieces, 10)
    raise ArgumentError, "#{pieces} pieces" unless pieces.positive?
    raise ArgumentError, "price #{price}" unless price.match?(/\A\d+\.\d\d\z/)

    [Integer(order, 10), item, pieces, Integer(price.delete("."), 10)]
  end
end

class TotalsBolt < Redgale::Bolt
  on_init { @cents = Hash.new(0) }
  on_values(emit: false) { |_order, item, pieces, cents| @cents[item] += pieces * cents }

  on_close do
    lines = @cents.sort.map { |item, cents| format("%<euros>10.2f  %<item>s\n", euros: cents / 100r, item: item) }
    print lines.join
  end
end

class ErrorsBolt < Redgale::Bolt
  on_init { @errors = [] }
  on_values(emit: false) { |number, line, reason| @errors << [number, "line #{number}: #{reason}: #{line}\n"] }
  on_close { print @errors.sort.map(&:last).join }
end

class TwoStreamsTopology < Redgale::Topology
  spout LineSpout
  bolt(ParseBolt, parallelism: 2) { source LineSpout, :shuffle }
  bolt(TotalsBolt) { source ParseBolt, :global }
  bolt(ErrorsBolt) { source ParseBolt, :global, stream: :errors }

  configure { set "input", File.join(__dir__, "orders.csv") }
end
