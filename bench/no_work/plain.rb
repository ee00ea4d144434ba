# frozen_string_literal: true

# ruby plain.rb TUPLES: a plain Ruby loop that calls the same two handlers, with a Struct per tuple.

require "redgale"
require_relative "../support/measured"
require_relative "components"

# The spout's on_init asks for its configuration; there is no topology to give it.
class PlainSpout < IntegerSpout
  def initialize(tuples)
    super()
    @tuples = tuples
  end

  def config
    { "tuples" => @tuples }
  end
end

Integers = Struct.new(:integer)

tuples = Integer(ARGV.fetch(0))
spout = PlainSpout.new(tuples)
spout.on_init
bolt = IdleBolt.new
done = 0
Bench::Measured.start
while done < tuples
  bolt.on_receive(Integers.new(spout.on_send))
  done += 1
end
Bench::Measured.stop
Bench::Measured.print(tuples: done)
