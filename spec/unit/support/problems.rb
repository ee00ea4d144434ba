# frozen_string_literal: true

require "redgale"

# Helpers for specs about definitions: topologies built in the spec's own process, and what is wrong with them.
module Problems
  # A spout without faults, its default stream having the fields n and m.
  class Good < Redgale::Spout
    output_fields :n, :m
    on_send { finish }
  end

  # The messages of a topology's problems, `file:line: ` left out.
  def messages(topology, **options)
    problems(topology, **options).map { |problem| problem["message"] }
  end

  # The problems of a topology as the command line would print them.
  def problems(topology, **options)
    topology.define(**options).validate.fetch("problems")
  end

  # A topology of the spout {Good} and, beside it, what the block says.
  def topology(name: "spec", &block)
    Class.new(Redgale::Topology) do
      name(name)
      spout Good, id: :good
      class_eval(&block) if block
    end
  end

  # A bolt class with a handler, and what the block says.
  def bolt_class(parent = Redgale::Bolt, name: "SomeBolt", &block)
    Class.new(parent) do
      define_singleton_method(:name) { name }
      class_eval(&block) if block
      on_receive { |_tuple| nil } unless redgale_setting(:handler)
    end
  end

  # What is wrong with a topology that has a bolt of this class.
  def problems_of_bolt(klass, **options)
    messages(topology { bolt(klass, id: :some_bolt, **options) { source :good, :shuffle } })
  end

  # What is wrong with a topology that has a bolt with this block.
  def problems_of_block(klass = bolt_class, &block)
    messages(topology { bolt(klass, id: :some_bolt, &block) })
  end

  # What is wrong with a topology configured by this block.
  def problems_of_configuration(&block)
    messages(topology { configure(&block) })
  end

  # The handler description of a class, as the runtime gets it.
  def handler(klass, kind = :bolt)
    Redgale::Handler.new(klass, kind, "spec.rb:1").to_h
  end

  # `file:line` of the caller's line, plus or minus some lines, as problems show it.
  def here(lines = 0)
    place = caller_locations(1, 1).first
    Redgale::Place.short(place.path).then { |path| "#{path}:#{place.lineno + lines}" }
  end
end
