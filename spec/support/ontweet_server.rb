# frozen_string_literal: true

require "json"
require "rbconfig"
require "tmpdir"
require "support/example_run"

# The streaming server of examples/ontweet, for a spec; and what it and the topology have written down.
class OntweetServer
  # @param options [Array<String, Integer>] of server.rb
  # @param env [Hash]
  # @yieldparam server [OntweetServer] while it runs
  def self.run(*options, env: {})
    Dir.mktmpdir("ontweet") do |folder|
      server = new(folder, options, env)
      begin
        yield server
      ensure
        server.stop
      end
    end
  end

  # @return [String]
  attr_reader :url
  # @return [Integer] process id
  attr_reader :pid

  def initialize(folder, options, env)
    @folder = folder
    @lifeline, input = IO.pipe.reverse
    out, output = IO.pipe
    @pid = Process.spawn(env, RbConfig.ruby, ExampleRun.path("ontweet/server.rb"), "--journal", file("sent"),
                         "--until-stdin-ends", *options.map(&:to_s), in: input, out: output)
    [input, output].each(&:close)
    @url = out.gets.to_s[%r{http://\S+}] || raise("the server did not start")
  end

  # Runs the topology against it.
  # @param settings [Hash] configuration beside the url, the journal and short waits
  # @return [SpecProcess::Result]
  def topology(settings = {}, *arguments, **options, &block)
    settings = { "ontweet.url" => url, "ontweet.journal" => file("processed"), "ontweet.wait_factor" => 0.01,
                 "ontweet.stall_timeout" => 2, "ontweet.window" => 600, "ontweet.top" => 1000 }.merge(settings)
    ExampleRun.local("ontweet/ontweet.rb", *ExampleRun.set(settings), *arguments, timeout: 60, **options, &block)
  end

  # @return [Array<Hash>] what the server has done
  def sent = File.readlines(file("sent")).map { |line| JSON.parse(line) }

  # @param action [String]
  # @return [Array<Hash>] what of it was this
  def did(action) = sent.select { |entry| entry["did"] == action }

  # @return [Array<Hash>] every tweet that was sent whole, as often as it was
  def whole = did("tweet") + did("duplicate")

  # @return [Array<Hash>] what the topology has processed
  def processed = File.readlines(file("processed")).map { |line| JSON.parse(line) }

  # @return [Array<Hash>] requests for a stream that were answered with one
  def connections = did("request").select { |request| request["status"] == 200 && !request["path"].end_with?("/rules") }

  # @return [void]
  def stop
    @lifeline.close unless @lifeline.closed?
    Process.wait(@pid)
  rescue Errno::ECHILD
    nil
  end

  # @param name [String] "sent" or "processed"
  # @return [String]
  def file(name) = File.join(@folder, name)
end
