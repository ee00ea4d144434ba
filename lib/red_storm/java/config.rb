# frozen_string_literal: true

require "red_storm/java/java_names"

module RedStorm
  module Java
    # backtype.storm.Config: a Hash of configuration with setters.
    class Config < Hash
      extend JavaNames

      # Storm's name of a key, as a constant: Config::TOPOLOGY_MAX_SPOUT_PENDING is "topology.max.spout.pending".
      KEY = /\A(?:TOPOLOGY|STORM|NIMBUS|SUPERVISOR|WORKER|TASK|DRPC|UI|ZMQ|TRANSACTIONAL|DEV)_[A-Z_]+\z/

      # The setters of Storm 0.9, and the keys that they set.
      SETTERS = {
        debug: "topology.debug", optimize: "topology.optimize", num_workers: "topology.workers",
        num_ackers: "topology.acker.executors", message_timeout_secs: "topology.message.timeout.secs",
        max_task_parallelism: "topology.max.task.parallelism", max_spout_pending: "topology.max.spout.pending",
        stats_sample_rate: "topology.stats.sample.rate",
        skip_missing_kryo_registrations: "topology.skip.missing.kryo.registrations",
        fall_back_on_java_serialization: "topology.fall.back.on.java.serialization",
        kryo_factory: "topology.kryo.factory"
      }.freeze

      # @api private
      def self.const_missing(name)
        KEY.match?(name) ? name.to_s.downcase.tr("_", ".") : super
      end

      SETTERS.each do |word, key|
        define_method(:"set_#{word}") { |value| put(key, value) }
      end

      # @return [Object, nil] what the key held before
      def put(key, value)
        before = self[key]
        self[key] = value
        before
      end

      # @param other [Hash]
      def put_all(other)
        other.each { |key, value| put(key, value) }
        nil
      end

      # @return [Object, nil]
      def get(key)
        self[key]
      end

      # @return [Boolean]
      def contains_key(key)
        key?(key)
      end

      # Serialization of the JVM: accepted, without effect.
      def register_serialization(klass, serializer = nil)
        (self["topology.kryo.register"] ||= []) << (serializer ? { klass.to_s => serializer.to_s } : klass.to_s)
        nil
      end

      # @return [String] the class and its size, so that an error about a setter stays short
      def inspect
        "#<#{self.class.name} #{super}>"
      end

      java_names
    end
  end
end
