# frozen_string_literal: true

require "support/accounting"

# INT at moments drawn uniformly from exec to exit: the run always ends, by a documented code, and its account adds up.
#
#   REDGALE_INTERRUPTS=200 REDGALE_SEED=1 rspec spec/integration/an_interrupt_at_any_moment_ends_the_run_spec.rb
#
# repeats the moments of seed 1, 200 of them.
RSpec.describe "An interrupt" do
  moments = Integer(ENV.fetch("REDGALE_INTERRUPTS", 40))
  seed = Integer(ENV.fetch("REDGALE_SEED") { Random.new_seed % 1_000_000 })

  def interrupted_after(seconds)
    Accounting.run("interrupted.rb", "numbered", timeout: 30) do |process, _book|
      sleep seconds
      process.signal("INT")
    end
  end

  # What is wrong with a run, or nil. 0: drained or finished; 130: before the topology ran (a process that INT ends
  # before it has a handler has no exit status, but the shell says 130 of it). Ruby itself, hit in its first
  # milliseconds, now and then ends with 1 and says nothing.
  def complaint(run)
    return run.faults.first if run.exitstatus == 0 && run.report
    return "exit #{run.exitstatus.inspect}, signal #{run.result.termsig.inspect}" unless ended_by_interrupt?(run.result)

    run.faults.first || ("ids were emitted, but there is no report" if run.notes(:emitted).any? && !run.report)
  end

  def ended_by_interrupt?(result)
    result.exitstatus == 130 || result.termsig == Signal.list["INT"] ||
      (result.exitstatus == 1 && (result.stdout + result.stderr).empty?)
  end

  it "at one of #{moments} moments (REDGALE_SEED=#{seed}) ends the run, and the account adds up" do
    random = Random.new(seed)
    whole = Accounting.run("interrupted.rb", "numbered").tap { |run| expect(run).to add_up }.result.seconds
    queue = Queue.new(Array.new(moments) { random.rand * whole })
    complaints = Queue.new
    states = Queue.new
    queue.close
    # two at a time: most of a run is sleep
    Array.new(2) do
      Thread.new do
        while (seconds = queue.pop)
          run = interrupted_after(seconds)
          states << (run.report ? run.report["state"] : "no report")
          wrong = complaint(run)
          complaints << "INT after #{seconds} s: #{wrong}\n#{run}" if wrong
        end
      end
    end.each(&:join)
    RSpec.configuration.reporter.message("    #{Array.new(states.size) { states.pop }.tally}, seed #{seed}")

    expect(Array.new(complaints.size) { complaints.pop }).to eq([])
  end
end
