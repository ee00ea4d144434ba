# frozen_string_literal: true

# One bolt class used twice, each time with an id of its own; the words come from Storm's test spout:
#
#   redgale local exclamation.rb

java_import "backtype.storm.testing.TestWordSpout"

require "red_storm"

class ExclamationBolt < RedStorm::DSL::Bolt
  output_fields :word

  on_receive(ack: true, anchor: true) { |tuple| "#{tuple.getString(0)}!!!" }
end

class ShowBolt < RedStorm::DSL::Bolt
  on_receive(emit: false) { |tuple| puts tuple[:word] }
end

class ExclamationTopology < RedStorm::DSL::Topology
  spout TestWordSpout, parallelism: 2

  bolt ExclamationBolt, parallelism: 2 do
    source TestWordSpout, :shuffle
  end

  bolt ExclamationBolt, id: :second_exclamation_bolt do
    source ExclamationBolt, :shuffle
  end

  bolt ShowBolt do
    source :second_exclamation_bolt, :global
  end

  on_submit do |env|
    sleep 2
    cluster.shutdown if env == :local
  end
end
