# frozen_string_literal: true

require "support/accounting"

# Redgale.run gives its block a control: the topology is activated, deactivated and stopped from any thread.
RSpec.describe "A program that runs a topology" do
  # Runs a program that uses spec/topologies/controlled.rb.
  def controlled(text, &block)
    Dir.mktmpdir do |folder|
      program = "require #{File.join(Accounting::TOPOLOGIES, "controlled.rb").inspect}\ninclude Controlled\n#{text}"
      file = File.join(folder, "program.rb")
      books = File.join(folder, "books")
      Dir.mkdir(books)
      File.write(file, program)
      result = SpecProcess.ruby(file, books, timeout: 60, &block)
      Accounting::Run.new(result, Accounting::Book.new(books).read_all)
    end
  end

  it "deactivates it: nothing new is emitted, what is pending is completed, and activate goes on" do
    run = controlled(<<~RUBY)
      Controlled.meanwhile(Busy) do |control|
        Controlled.wait { control.snapshot["acked"] > 20 }
        Controlled.note(:returned, [control.deactivate, control.deactivate])
        Controlled.note(:phases, control.phase)
        Controlled.empty(control)
        before = control.snapshot["acked"]
        Controlled.note(:returned, [control.activate, control.activate])
        Controlled.note(:phases, control.phase)
        Controlled.wait { control.snapshot["acked"] > before + 20 }
        control.stop
      end
    RUBY

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:returned)).to eq([[true, false], [true, false]])
    expect(run.notes(:phases)).to eq(%w[inactive active])
    expect(run.notes(:pending_then).first).to be_positive
    expect(run.notes(:emitted_meanwhile)).to eq([0])
    expect(run.notes(:calls)).to eq(%w[on_init on_activate on_deactivate on_activate on_deactivate on_close])
    expect(run.report).to include("state" => "drained", "pending" => include("count" => 0), "exit_code" => 0)
    expect(run).to add_up
  end

  it "has tuples replayed while it is inactive" do
    run = controlled(<<~RUBY)
      Controlled.meanwhile(Replayed) do |control|
        Controlled.wait { control.snapshot["failed"] == 1 }
        control.deactivate
        Controlled.wait { control.snapshot["acked"] == 1 }
        Controlled.note(:phases, control.phase)
        control.stop
      end
    RUBY

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:phases)).to eq(["inactive"])
    expect(run.report).to include("state" => "drained", "acked" => 1, "failed" => 1, "emitted" => 2)
    expect(run).to add_up
  end

  it "makes threads that emit by hand wait while it is inactive" do
    run = controlled(<<~RUBY)
      Controlled.meanwhile(Hands) do |control|
        Controlled.wait { control.snapshot["acked"] > 20 }
        control.deactivate
        Controlled.empty(control)
        before = control.snapshot["acked"]
        control.activate
        Controlled.wait { control.snapshot["acked"] > before + 20 }
        control.stop
      end
      Controlled.wait { File.size?(File.join(ARGV[0], "refused")) }
    RUBY

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:emitted_meanwhile)).to eq([0])
    expect(run.notes(:refused)).to eq(["by ClosedError"])
    expect(run.report).to include("state" => "drained", "failed" => 0)
    expect(run).to add_up
  end

  it "stops it from another thread: it drains, active or not" do
    ["", "control.deactivate"].each do |first|
      run = controlled(<<~RUBY)
        Controlled.meanwhile(Busy) do |control|
          Controlled.wait { control.snapshot["acked"] > 20 }
          #{first}
          Controlled.note(:pending_then, control.snapshot["pending"])
          Controlled.note(:returned, [control.stop, control.stop, control.activate, control.deactivate])
          Controlled.note(:phases, control.phase)
        end
      RUBY

      expect(run.exitstatus).to eq(0), run.to_s
      expect(run.notes(:returned)).to eq([[true, false, false, false]])
      expect(run.notes(:phases)).to eq(["draining"])
      expect(run.notes(:pending_then).first).to be_positive
      expect(run.report).to include("state" => "drained", "pending" => include("count" => 0))
      expect(run.notes(:calls)).to eq(%w[on_init on_activate on_deactivate on_close])
      expect(run).to add_up
    end
  end

  it "stops it in a trap; a first INT after it is not the second signal" do
    run = controlled(<<~RUBY) do |process|
      Controlled.show(Controlled.run(Busy) do |control|
        trap("USR1") { control.stop }
        Thread.new { Controlled.wait { control.snapshot["acked"] > 5 } and warn("running") }
      end)
    RUBY
      process.wait_for(/running/)
      process.signal("USR1")
      process.signal("INT")
    end

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.report).to include("state" => "drained", "pending" => include("count" => 0))
    expect(run).to add_up
  end

  it "is asked once, in its own thread, after every on_init and before anything is emitted" do
    run = controlled(<<~RUBY)
      Controlled.show(Controlled.run(Busy) do |control|
        Controlled.note(:calls, "block")
        Controlled.note(:phases, control.phase)
        Controlled.note(:thread, Thread.current == Thread.main)
        sleep 0.2
        Controlled.note(:pending_then, control.snapshot["emitted"])
        Thread.new { Controlled.wait { control.snapshot["acked"] > 5 } and control.stop }
      end)
    RUBY

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:calls)).to eq(%w[on_init block on_activate on_deactivate on_close])
    expect(run.notes(:phases)).to eq(["starting"])
    expect(run.notes(:thread)).to eq([true])
    expect(run.notes(:pending_then)).to eq([0])
    expect(run.notes(:init).size).to eq(1)
    expect(run).to add_up
  end

  it "may have it begin inactive, or not at all" do
    run = controlled(<<~RUBY)
      Controlled.show(Controlled.run(Busy) do |control|
        control.deactivate
        Thread.new do
          sleep 0.3
          Controlled.note(:pending_then, control.snapshot["emitted"])
          Controlled.note(:calls, control.phase)
          control.activate
          Controlled.wait { control.snapshot["acked"] > 5 }
          control.stop
        end
      end)
    RUBY
    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:pending_then)).to eq([0])
    expect(run.notes(:calls)).to eq(%w[on_init inactive on_activate on_deactivate on_close])
    expect(run).to add_up

    run = controlled("Controlled.show(Controlled.run(Busy) { |control| control.stop })")
    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.report).to include("state" => "drained", "emitted" => 0)
    expect(run.notes(:calls)).to eq(%w[on_init on_close])
  end

  it "gets what its block raises, after an orderly end" do
    run = controlled(<<~RUBY)
      begin
        Controlled.run(Busy) { raise ArgumentError, "no" }
      rescue ArgumentError => e
        Controlled.note(:raised, e.message)
      end
      Controlled.note(:returned, Controlled.run(Busy) { break :left })
    RUBY

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:raised)).to eq(["no"])
    expect(run.notes(:returned)).to eq(["left"])
    expect(run.notes(:calls)).to eq(%w[on_init on_close] * 2)
    expect(run.notes(:emitted)).to be_empty
  end

  it "can ask for counts after the end, and nothing else has an effect then" do
    run = controlled(<<~RUBY)
      control = nil
      Controlled.meanwhile(Busy) do |given|
        control = given
        Controlled.wait { control.snapshot["acked"] > 5 }
        control.stop
      end
      Controlled.note(:phases, control.phase)
      Controlled.note(:returned, [control.activate, control.deactivate, control.stop])
      Controlled.note(:last, control.snapshot.values_at("phase", "acked", "seconds"))
      sleep 0.1
      Controlled.note(:last, control.snapshot.values_at("phase", "acked", "seconds"))
      [:activate, :deactivate, :stop, :phase, :snapshot].each do |name|
        Process.wait(fork { control.public_send(name) rescue exit!($!.is_a?(Redgale::ForkError) ? 7 : 8) })
        Controlled.note(:in_a_child, $?.exitstatus)
      end
    RUBY

    expect(run.exitstatus).to eq(0), run.to_s
    expect(run.notes(:phases)).to eq(["stopping"])
    expect(run.notes(:returned)).to eq([[false, false, false]])
    seconds = be_within(1e-5).of(run.report["seconds"])
    expect(run.notes(:last).uniq).to match([["stopping", run.report["acked"], seconds]])
    expect(run.notes(:in_a_child)).to eq([7] * 5)
    expect(run).to add_up
  end
end
