# frozen_string_literal: true

require "redgale/log"
require "red_storm/on_redgale/build"

module RedStorm
  module OnRedgale
    # A topology on its way from the thread that submits it to the one that runs it, and back.
    class Submission
      # @return [String] name of the topology
      attr_reader :name
      # @return [Redgale::Control, nil] of the run, once it runs
      attr_reader :control

      def initialize(name, conf, topology)
        @name = name.to_s
        @conf = conf
        @topology = topology
        @lock = Mutex.new
        @changed = ConditionVariable.new
        @state = :submitted
      end

      # @param overrides [Hash]
      # @return [Redgale::Definition]
      def definition(overrides = {})
        build = Build.new(@name, @conf, @topology, overrides)
        build.remarks.each { |remark| Redgale::Log.warn(remark) }
        build.definition
      end

      # It runs.
      # @param control [Redgale::Control]
      def started(control)
        change(:running) { @control = control }
      end

      # It does not run any more, or never did.
      def ended
        change(:ended)
      end

      # @return [Boolean]
      def ended?
        @lock.synchronize { @state == :ended }
      end

      # @return [Boolean] whether it was asked to end by the program that submitted it
      def stopped?
        @lock.synchronize { @stopped }
      end

      # Waits until it runs or has ended.
      def wait_for_start
        wait_until { @state != :submitted }
      end

      # Ends it; returns when it has ended.
      def stop
        @lock.synchronize { @stopped = true }
        @control&.stop
        wait_until { @state == :ended }
      end

      private

      def change(state)
        @lock.synchronize do
          yield if block_given?
          @state = state
          @changed.broadcast
        end
      end

      def wait_until
        @lock.synchronize { @changed.wait(@lock) until yield }
        nil
      end
    end
  end
end
