# frozen_string_literal: true

require "support/process"

# In a process of its own: what goes wrong here ends it.
RSpec.describe "Garbage collection" do
  program = <<~RUBY
    require "redgale/testing"

    class Numbers < Redgale::Spout
      output_fields :n, :text
      on_init { @n = 0 }
      on_send(reliable: true) { (@n += 1) <= 20 ? ["id\#{@n}", @n, "text\#{@n}"] : finish }
      on_fail { |_id| nil }
    end

    class Shout < Redgale::Bolt
      output_fields :text
      on_receive { |tuple| (tuple[:n] % 5).zero? ? raise("no") : "\#{tuple[:text]}!" }
    end

    class ShoutTopology < Redgale::Topology
      spout Numbers
      bolt(Shout) { source Numbers, :shuffle }
    end

    def check(done)
      raise done.inspect unless done.acked.size == 16 && done[Shout].last == ["text19!"]
      raise done.inspect unless done.failures.map(&:id) == %w[id5 id10 id15 id20]
      raise done.inspect unless done.failures.all? { |failure| failure.values.last == "text\#{failure.values.first}" }
    end
  RUBY

  it "does no harm to a simulation at any moment" do
    result = SpecProcess.ruby("-e", <<~RUBY, timeout: 120)
      #{program}
      done = nil
      begin
        GC.stress = true
        done = Redgale::Testing.complete(ShoutTopology, allow_failures: true)
      ensure
        GC.stress = false
      end
      check(done)
    RUBY

    expect(result).to be_success, result.to_s
  end

  it "may move what tests hold" do
    result = SpecProcess.ruby("-e", <<~RUBY, timeout: 120)
      #{program}
      done = Redgale::Testing.complete(ShoutTopology, allow_failures: true)
      spout = Redgale::Testing.component(Numbers)
      spout.ask(10)
      GC.compact if GC.respond_to?(:compact)
      spout.ack("id3")
      spout.fail("id4")
      GC.compact if GC.respond_to?(:compact)
      spout.ack([5, "text5"])
      check(done)
      raise spout.inspect unless [spout.acked.size, spout.failed.size, spout.pending.size] == [2, 1, 7]
    RUBY

    expect(result).to be_success, result.to_s
  end
end
