# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "A signal while the topology file loads" do
  include TopologyFile

  text = "require_relative 'parts'\n$stdout.puts 'loading'\n$stdout.flush\nsleep\n"

  { "INT" => 130, "TERM" => 143 }.each do |signal, status|
    it "ends the process with #{status} and without a backtrace: #{signal}" do
      result = local(text, timeout: 20) do |process|
        process.wait_for(/loading/)
        process.signal(signal)
      end

      expect(result.exitstatus).to eq(status), result.to_s
      expect(result.stderr).to eq("redgale: ended by SIG#{signal} before the topology ran\n")
    end
  end

  it "ends graph as well" do
    result = graph(text, timeout: 20) do |process|
      process.wait_for(/loading/)
      process.signal("INT")
    end

    expect(result.exitstatus).to eq(130), result.to_s
  end
end
