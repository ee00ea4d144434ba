# frozen_string_literal: true

require "redgale/log"

module RedStorm
  module OnRedgale
    # The thread of a program: makes its topology class and calls `start`, which submits and runs `on_submit`.
    class Starter
      # @return [Exception, nil] what `start` raised
      attr_reader :error
      # @return [Integer, nil] what the program gave to `exit`
      attr_reader :status

      # @param topology [Class]
      # @param file [String]
      # @param env [Symbol]
      # @param stage [Stage]
      def initialize(topology, file, env, stage)
        @stage = stage
        @thread = Thread.new do
          Thread.current.name = "redgale start"
          Thread.current.report_on_exception = false
          call(topology, file, env)
        end
      end

      # The process does not wait for it any longer.
      def kill
        @thread.kill
      end

      private

      # `start(env)`, or `start(path, env)` as up to RedStorm 0.6.5.
      def call(topology, file, env)
        made = topology.new
        made.method(:start).arity == 2 ? made.start(file, env) : made.start(env)
      rescue SystemExit => e
        @status = e.status
        @stage.stop
      rescue StandardError, ScriptError, SystemStackError, NoMemoryError => e
        @error = e
        failed(e) if @stage.used?
      ensure
        @stage.close
      end

      # Nobody is left to end the topology that runs.
      def failed(error)
        Redgale::Log.error("`start` or `on_submit`: #{Redgale::Runtime::Outcome.describe(error)}")
        @stage.stop
      end
    end
  end
end
