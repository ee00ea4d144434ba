# frozen_string_literal: true

require "redgale/errors"
require "red_storm/on_redgale/stage"
require "red_storm/java/java_names"

module RedStorm
  module Java
    # backtype.storm.LocalCluster: runs topologies in this process, one at a time.
    class LocalCluster
      extend JavaNames

      def initialize(*)
        @submissions = []
      end

      # Begins to run a topology.
      # @param name [String, Symbol]
      # @param conf [Hash]
      # @param topology [StormTopology]
      # @raise [Redgale::Error] if another one runs
      def submit_topology(name, conf, topology)
        running = @submissions.find { |submission| !submission.ended? }
        if running
          raise Redgale::Error, "LocalCluster runs one topology at a time: kill `#{running.name}` before `#{name}`"
        end

        submission = OnRedgale::Submission.new(name, conf, topology)
        @submissions << submission
        OnRedgale::Stage.submit(submission)
        nil
      end

      # As {#submit_topology}; the options are for a cluster.
      def submit_topology_with_opts(name, conf, topology, _options)
        submit_topology(name, conf, topology)
      end

      # Ends a topology. What is under way has a second to be finished.
      # @param name [String, Symbol]
      # @raise [Redgale::Error] if it does not run
      def kill_topology(name, *)
        find(name).stop
      end
      alias kill_topology_with_opts kill_topology

      # Lets the spouts emit again.
      # @param name [String, Symbol]
      def activate(name)
        find(name).control.activate
        nil
      end

      # Makes the spouts emit nothing new.
      # @param name [String, Symbol]
      def deactivate(name)
        find(name).control.deactivate
        nil
      end

      # Ends what runs.
      def shutdown
        @submissions.reject(&:ended?).each(&:stop)
        nil
      end

      java_names

      private

      def find(name)
        @submissions.reverse.find { |one| one.name == name.to_s && !one.ended? } ||
          raise(Redgale::Error, "no topology `#{name}` is running")
      end
    end
  end
end
