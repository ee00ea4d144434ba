# frozen_string_literal: true

require_relative "accounted"

# Topologies that call exit, or raise, elsewhere than in a handler.
module Exits
  extend Accounted::Topologies

  %i[on_init on_tick on_close].each do |callback|
    bolt = Class.new(Accounted::Step) do
      tick every: 0.05 if callback == :on_tick
      public_send(callback) { instance_eval(config["code"]) }
      define_method(:misbehave) { |_id| sleep(0.01) if callback == :on_tick }
    end
    const_set("#{callback.to_s.delete('_').capitalize}Bolt", bolt)
    topology(callback.to_s.delete("_").capitalize.to_sym, bolt)
  end

  %i[on_send on_activate on_deactivate on_ack].each do |callback|
    name = callback.to_s.delete("_").capitalize
    spout = Class.new(Accounted::Numbers) { public_send(callback) { instance_eval(config["code"]) } }
    const_set("#{name}Spout", spout)
    topology(name.to_sym, Accounted::Step, spout: spout)
  end
end
