# frozen_string_literal: true

require "redgale/testing"

# Makes components and topologies for the specs of the testing kit.
module Kit
  # A class with a name of its own, made by the block.
  def define(name, superclass = Object, &body)
    Class.new(superclass) do
      define_singleton_method(:name) { name }
      class_exec(&body) if body
    end
  end

  def bolt(name = "SubjectBolt", &body)
    define(name, Redgale::Bolt, &body)
  end

  def spout(name = "SubjectSpout", &body)
    define(name, Redgale::Spout, &body)
  end

  def topology(name = "SubjectTopology", &body)
    define(name, Redgale::Topology, &body)
  end

  # What runs one component.
  def component(...)
    Redgale::Testing.component(...)
  end

  def complete(...)
    Redgale::Testing.complete(...)
  end

  def simulate(...)
    Redgale::Testing.simulate(...)
  end

  # A bolt that runs the block for each tuple, alone.
  def receiving(*fields, **options, &body)
    klass = bolt do
      output_fields(*fields) if fields.any?
      on_receive(**options, &body)
    end
    component(klass)
  end
end
