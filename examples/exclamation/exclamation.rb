# frozen_string_literal: true

# One bolt class used twice, with ids and constructor arguments of its own each time:
#
#   redgale local exclamation.rb
#   redgale local exclamation.rb --set words='["storm","gale"]'

require "redgale"

class WordSpout < Redgale::Spout
  output_fields :word

  on_init { @words = config["words"].each }
  on_send { @words.next }
end

# Which component it is, the topology says: the class knows neither its id nor whom it reads.
class ExclamationBolt < Redgale::Bolt
  output_fields :word

  def initialize(mark: "!")
    super()
    @mark = mark
  end

  on_receive { |tuple| tuple[:word] + @mark }
end

class PrintBolt < Redgale::Bolt
  on_receive { |tuple| print "#{tuple[:word]}\n" }
end

class ExclamationTopology < Redgale::Topology
  spout WordSpout
  bolt(ExclamationBolt, id: :exclaim, parallelism: 3, with: { mark: "!!!" }) { source WordSpout, :shuffle }
  bolt(ExclamationBolt, id: :question, parallelism: 2, with: { mark: "???" }) { source :exclaim, :shuffle }
  bolt(PrintBolt) { source :question, :global }

  configure { set "words", %w[nathan mike jackson golda bertels] }
end
