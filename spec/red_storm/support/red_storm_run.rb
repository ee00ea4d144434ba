# frozen_string_literal: true

require "red_storm"
require "redgale/runtime/local_run"

# Runs RedStorm topologies in the process of the spec, on the real engine.
module RedStormRun
  # Seconds after which a tuple that nobody acks fails.
  TIMEOUT = 0.1

  # What a run left: values that the last bolt got, ids told to on_ack and on_fail, the report, and what killed it.
  Result = Struct.new(:rows, :acked, :failed, :report)

  # A spout that emits one reliable tuple for each of `values`, with ids 1, 2, ..., and ends when all are decided.
  def source(values, acked, failed)
    define("Source", RedStorm::DSL::Spout) do
      output_fields :value
      on_init { @values = values.each_with_index.to_a }
      on_send(reliable: true) do
        value, index = @values.shift
        next [index + 1, value] if index

        raise StopIteration if acked.size + failed.size == values.size
      end
      on_ack { |id| acked << id }
      on_fail { |id| failed << id }
    end
  end

  # A bolt that notes what it gets, and acks it.
  def sink(rows)
    define("Sink", RedStorm::DSL::Bolt) do
      on_receive(emit: false) do |tuple|
        rows << tuple.values
        ack(tuple)
      end
    end
  end

  # A class with a name of its own, made by the block.
  def define(name, superclass = Object, &body)
    Class.new(superclass) do
      define_singleton_method(:name) { name }
      define_singleton_method(:to_s) { name }
      class_exec(&body) if body
    end
  end

  # Runs a bolt between a spout and a sink. The bolt is the class given, or one whose on_receive is the block.
  # @param fields [Array<Symbol>] of the bolt; none: nobody reads it
  # @param options [Hash] `values:` of the spout, `read: false` if nobody reads the bolt; those of on_receive
  # @return [Result]
  def run_bolt(klass = nil, fields: [:value], config: {}, **options, &body)
    values = options.delete(:values) || ["input"]
    read = options.fetch(:read, fields.any?)
    klass ||= define("Subject", RedStorm::DSL::Bolt) { on_receive(options.except(:read), &body) }
    rows, acked, failed = Array.new(3) { [] }
    spout = source(values, acked, failed)
    sink = sink(rows)
    topology = topology do
      spout spout
      bolt(klass, id: :subject) do
        source spout, :shuffle
        output_fields(*fields) if fields.any?
      end
      bolt(sink) { source :subject, :shuffle } if read
    end
    report = run(topology, config)
    Result.new(rows, acked, failed, report)
  end

  # Runs a spout before a sink until `enough` says so.
  # @return [Result]
  def run_spout(klass, fields: [:value], read: fields.any?, config: {}, timeout: nil)
    rows = []
    sink = sink(rows)
    topology = topology do
      spout(klass, id: :subject) { output_fields(*fields) if fields.any? }
      bolt(sink) { source :subject, :shuffle } if read
    end
    Result.new(rows, nil, nil, run(topology, config, timeout: timeout))
  end

  def topology(&body)
    define("SpecTopology", RedStorm::DSL::Topology, &body)
  end

  # @return [Hash] the report
  def run(topology, config = {}, **options)
    config = { "topology.message.timeout.secs" => TIMEOUT }.merge(config)
    build = RedStorm::OnRedgale::Build.new(topology.topology_name, topology.configuration(:local).merge(config),
                                           topology.build_topology)
    definition = build.definition
    definition.check!
    Redgale::Runtime::LocalRun.new(definition, { patience: 0.5 }.merge(options)).call
  end
end
