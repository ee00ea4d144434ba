# frozen_string_literal: true

require "fiddle"
require "redgale"
require "redgale/runtime/local_run"

# The native loop is replaced by a block here: what the executor does when the loop ends in a way that no `rescue` sees.
RSpec.describe Redgale::Runtime::Executor do
  let(:run) { double("run", instance: Object.new, groupings_for: [], forked?: false, die: false, killed: nil) }
  let(:component) { double("component", id: "count", handler: { callbacks: {} }) }
  let(:ready) { Queue.new }

  # An executor whose native loop is this block.
  def executor(&loop)
    native = double("native", tasks: [1], bind: nil)
    allow(native).to receive(:run, &loop)
    described_class.new(run, double("native run", add_executor: native), 0, component, [1])
  end

  # Runs it to the end of its thread.
  def live(&loop)
    executor(&loop).tap do |executor|
      executor.start(ready)
      executor.join(10)
      expect(executor).not_to be_busy
    end
  end

  # Ends the thread as a panic of the native part does.
  def panic(message)
    error = ObjectSpace.each_object(Class).find { |klass| klass.name == "fatal" }.allocate.exception(message)
    function = Fiddle::Handle::DEFAULT["rb_exc_fatal"]
    Fiddle::Function.new(function, [Fiddle::TYPE_VOIDP], Fiddle::TYPE_VOID, need_gvl: true).call(Fiddle.dlwrap(error))
  end

  it "ends the run by name when a panic of the native part ends the loop" do
    live { panic("index out of bounds") }

    expect(run).to have_received(:die)
      .with(component, have_attributes(class: have_attributes(name: "fatal"), message: "index out of bounds")).once
    expect(run).not_to have_received(:killed)
  end

  it "ends the run when there is a panic before the loop" do
    allow(run).to receive(:instance) { panic("no task") }
    live { nil }

    expect(run).to have_received(:die).with(component, have_attributes(message: "no task")).once
    expect(ready.size).to eq(1)
  end

  it "ends the run when the loop raises" do
    live { raise IOError, "no" }

    expect(run).to have_received(:die).with(component, an_instance_of(IOError)).once
  end

  it "asks for another thread when it is killed before the loop; in the loop, the loop itself tells" do
    allow(run).to receive(:instance) { Thread.current.kill }
    live { nil }
    expect(run).to have_received(:killed).once

    allow(run).to receive(:instance).and_return(Object.new)
    live { Thread.current.kill }
    expect(run).to have_received(:killed).once
    expect(run).not_to have_received(:die)
  end

  it "says nothing when the loop returns" do
    live { nil }

    expect(run).not_to have_received(:die)
    expect(run).not_to have_received(:killed)
  end
end
