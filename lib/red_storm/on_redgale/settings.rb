# frozen_string_literal: true

require "red_storm/java/config"

module RedStorm
  module OnRedgale
    # What an instance must know of its component. The same for all of its tasks.
    #
    # fresh: which Strings are copied when they are read, true (all) or :frozen; ack, anchor: what its bolt class says;
    # reliable: whether what its spout returns begins with a message id; width: values that the spout must return to be
    # emitted by the engine; untracked: tracking is off, a message id counts as acked at once; tick: seconds between two
    # ticks; debug: whether tuples are logged; outlet: for what is emitted by hand; extra: configuration that the engine
    # does not know.
    Settings = Struct.new(:fresh, :ack, :anchor, :reliable, :width, :untracked, :tick, :debug, :outlet, :extra,
                          keyword_init: true) do
      # @param context [Redgale::Context]
      # @return [Java::Config] what `prepare` and `open` get; frozen
      def conf(context)
        Java::Config.new.merge!(StormConf::DEFAULTS, extra, StormConf.shown(context.config),
                                "topology.name" => context.topology_name).freeze
      end
    end
  end
end
