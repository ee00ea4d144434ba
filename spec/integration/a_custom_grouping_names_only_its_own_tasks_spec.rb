# frozen_string_literal: true

require "json"
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

  it "may be wrong of a replay: it counts as one more failed try" do
    result = local(<<~RUBY, "--json", timeout: 30)
      class Once
        def prepare(_context, _stream, tasks) = @tasks = tasks
        def choose_tasks(_source_task, _values) = (@asked = @asked.to_i + 1) == 1 ? @tasks : [9999]
      end
      class One < Redgale::Spout
        output_fields :n
        max_retries 2
        on_init { @numbers = [1].each }
        on_send { @numbers.next }
        on_give_up { |values, error| puts "gave up", values.inspect, error.class }
      end
      class Reader < Redgale::Bolt
        on_receive { raise "no" }
      end
      class OneTopology < Redgale::Topology
        spout One
        bolt(Reader) { source One, custom: Once }
        configure { retry_backoff_min 0.01 }
      end
    RUBY
    report = JSON.parse(result.stdout.lines.last)

    expect(result.exitstatus).to eq(3), result.to_s
    expect(report).to include("failed" => 3, "given_up" => 1, "pending" => include("count" => 0))
    expect(result.stderr).to include("gave up\n[1]\nRedgale::GivenUp\n")
  end

  it "may change the rows that it is asked about: what is no tuple then is refused" do
    result = local(<<~RUBY, "--json", timeout: 30)
      class Meddling
        def prepare(_context, _stream, tasks) = @tasks = tasks
        def choose_tasks(_source_task, values) = ($rows[1] = 5 if values == [1]; @tasks)
      end
      class Rows < Redgale::Spout
        output_fields :n
        on_init { @n = 0 }
        on_send { (@n += 1) > 3 ? finish : ($rows = [[1], [2], [3]]) }
      end
      class Reader < Redgale::Bolt
        on_receive { nil }
      end
      class RowsTopology < Redgale::Topology
        spout Rows
        bolt(Reader) { source Rows, custom: Meddling }
      end
    RUBY
    report = JSON.parse(result.stdout.lines.last)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stderr.scan("element 1 of the returned Array is not an Array").size).to eq(3)
    expect(report).to include("state" => "finished", "errors" => { "rows" => 3 })
  end
end
