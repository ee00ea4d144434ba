# frozen_string_literal: true

require "support/topology_file"

# A tuple sent to a task that does not read the stream would be processed by nobody and acked: it is refused.
RSpec.describe "A custom grouping" do
  include TopologyFile

  def topology(answer)
    <<~RUBY
      class Chosen
        def prepare(_context, _stream, tasks)
          @tasks = tasks
        end

        def choose_tasks(_source_task, _values)
          #{answer}
        end
      end

      class Numbers < Redgale::Spout
        output_fields :n
        on_init { @numbers = [1].each }
        on_send { @numbers.next }
        on_ack { |_values| puts "acked" }
        on_error { |error| puts error.class }
      end

      class Reader < Redgale::Bolt
        on_receive { |_tuple| nil }
      end

      class ChosenTopology < Redgale::Topology
        spout Numbers
        bolt(Reader, parallelism: 2) { source Numbers, custom: Chosen }
      end
    RUBY
  end

  it "may name any of its tasks, or none" do
    ["@tasks", "@tasks.first(1)", "[]"].each do |answer|
      result = local(topology(answer))

      expect(result.stdout).to eq("acked\n"), result.to_s
    end
  end

  wrong = ["[99]", "@tasks + [99]", "[-1]", "[2**32 + @tasks.first]", "[@tasks.first.to_s]", "@tasks.first", "nil"]
  wrong.each do |answer|
    it "must not return #{answer}" do
      result = local(topology(answer))

      expect(result.stdout).to eq("Redgale::EmitError\n"), result.to_s
    end
  end
end
