# frozen_string_literal: true

# The two handlers that both sides call: integers out, nothing done with them.

class IntegerSpout < Redgale::Spout
  output_fields :integer

  on_init do
    @integer = 0
    @last = config["tuples"]
  end
  on_send { @integer < @last ? @integer += 1 : finish }
end

class IdleBolt < Redgale::Bolt
  on_receive { |_tuple| nil }
end
