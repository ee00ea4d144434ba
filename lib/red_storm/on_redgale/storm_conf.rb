# frozen_string_literal: true

require "redgale/configurator"

module RedStorm
  module OnRedgale
    # What Storm's configuration means on Redgale's engine.
    module StormConf
      # Of Storm 0.9.
      DEFAULTS = {
        "topology.debug" => false, "topology.optimize" => true, "topology.workers" => 1,
        "topology.acker.executors" => nil, "topology.message.timeout.secs" => 30,
        "topology.max.task.parallelism" => nil, "topology.max.spout.pending" => nil,
        "topology.stats.sample.rate" => 0.05, "topology.tick.tuple.freq.secs" => nil,
        "topology.skip.missing.kryo.registrations" => false,
        "topology.fall.back.on.java.serialization" => true
      }.freeze

      PENDING = "topology.max.spout.pending"
      ACKERS = "topology.acker.executors"
      WORKERS = "topology.workers"
      TICK = "topology.tick.tuple.freq.secs"
      DEBUG = "topology.debug"
      CHILD_OPTIONS = "topology.worker.childopts"
      # Keys of Storm's; all others are the user's own.
      STORMS = %w[topology. storm. redgale.].freeze
      # In Storm pending tuples have no limit unless one is set.
      UNLIMITED = (2**31) - 1

      class << self
        # @param conf [Hash] as the user set it
        # @return [Hash{String => Object}] the part that the engine can read
        def known(conf)
          conf.select { |key, value| known?(key) && !value.nil? && !own?(key, value) }
        end

        # @return [Hash{String => Object}] the rest, which only components see
        def extra(conf)
          conf.except(*known(conf).keys)
        end

        # @return [Array<String>] what the engine does with parts of it that the user should know of
        def remarks(conf)
          workers = conf[WORKERS]
          above = "`#{WORKERS}` #{workers}: a local run has one worker process" if above_one?(workers)
          without = conf.keys.select { |key| storms?(key) && !table.include?(key) }
          [above, *without.map { |key| "`#{key}` has no effect here" }].compact
        end

        # A component's configuration as the user knows it.
        def shown(config)
          config[PENDING] == UNLIMITED ? config.except(PENDING) : config
        end

        # Whether tuples are tracked.
        def tracked?(conf)
          conf[ACKERS] != 0
        end

        private

        def known?(key)
          table.include?(key) ? key != CHILD_OPTIONS : !storms?(key)
        end

        # What this layer does itself: one worker process, and the log lines of `debug`.
        def own?(key, value)
          (key == WORKERS && above_one?(value)) || (key == DEBUG && [true, false].include?(value))
        end

        def storms?(key)
          key.start_with?(*STORMS)
        end

        def above_one?(value)
          value.is_a?(Integer) && value > 1
        end

        def table
          @table ||= Redgale::Configurator.keys.to_h { |row| [row["key"], true] }
        end
      end
    end
  end
end
