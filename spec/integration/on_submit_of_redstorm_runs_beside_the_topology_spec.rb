# frozen_string_literal: true

require "support/red_storm_file"

RSpec.describe "on_submit of RedStorm" do
  include RedStormFile

  it "runs beside the topology, which ends with 0 when it shuts the cluster down" do
    result = local(endless("on_submit { |env| sleep 0.5; cluster.shutdown if env == :local; puts 'over' }"),
                   timeout: 30)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(printed(result)).to eq("1\n2\n3\nclosed\nover\n")
  end

  it "may be a method" do
    result = local(endless("on_submit :finish\ndef finish(env)\n  cluster.shutdown\n  puts env.inspect\nend"),
                   timeout: 30)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(printed(result)).to end_with(":local\n")
  end

  it "without one the topology runs until --timeout" do
    result = local(endless, "--timeout", "0.5", timeout: 30)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(printed(result)).to eq("1\n2\n3\nclosed\n")
  end

  it "that still sleeps when the topology is interrupted does not hold the process" do
    result = local(endless("on_submit { |_| sleep 600 }"), timeout: 30) do |process|
      process.wait_for(/^3$/)
      process.signal("INT")
    end

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stderr).to include("numbers_topology drained")
  end

  it "that raises ends the run with 70 and says where" do
    result = local(endless("on_submit { |_| sleep 0.2; raise 'no' }"), timeout: 30)

    expect(result.exitstatus).to eq(70), result.to_s
    expect(result.stderr).to match(/`start` or `on_submit`: RuntimeError: no\n\s+topology.rb:15/)
    expect(printed(result)).to end_with("closed\n")
  end

  it "that exits ends the run with its status" do
    result = local(endless("on_submit { |_| sleep 0.2; exit 5 }"), timeout: 30)

    expect(result.exitstatus).to eq(5), result.to_s
    expect(printed(result)).to end_with("closed\n")
  end

  it "does not wait for tuples that nobody acks" do
    text = endless("on_submit { |_| sleep 0.3; cluster.shutdown }").sub("on_send {", "on_send(:reliable => true) {")
    result = local(text.sub("@n += 1", "[@n += 1, @n]"), timeout: 15)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stderr).to match(/numbers_topology stopped at once .* [1-9]\d* pending/)
  end

  it "may kill the topology by name, activate and deactivate it" do
    result = local(endless(<<~RUBY), timeout: 30)
      on_submit do |_|
        cluster.deactivate("numbers_topology")
        cluster.activate("numbers_topology")
        sleep 0.2
        begin
          cluster.killTopology("other")
        rescue => e
          puts e.message
        end
        cluster.killTopology("numbers_topology")
        cluster.shutdown
        puts "over"
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    expect(printed(result)).to end_with("no topology `other` is running\nclosed\nover\n")
  end
end
