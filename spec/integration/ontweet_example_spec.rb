# frozen_string_literal: true

require "socket"
require "support/ontweet_server"

# Nothing is lost that was received whole, whatever the server does: the server writes down what it has sent whole, the
# topology what it has processed, and the counters account for everything else.
RSpec.describe "examples/ontweet" do
  token = { "ONTWEET_BEARER_TOKEN" => "s3cret-t0ken" }

  def ids(entries) = entries.map { |entry| entry["id"] }

  def counters(report) = report["counters"]["tweet_spout"]

  def expect_everything_processed(server)
    expect(ids(server.processed)).to match_array(ids(server.whole).uniq)
    expect((ids(server.did("half")) - ids(server.whole)) & ids(server.processed)).to eq([])
  end

  # What the counters must say, by what the server has written down.
  def accounted(server)
    distinct = ids(server.whole).uniq.size
    invalid = server.did("invalid").size
    { "messages" => server.whole.size + invalid, "received" => distinct, "off_topic" => 0, "invalid" => invalid,
      "duplicates" => server.whole.size - distinct, "half_messages" => server.did("half").size,
      "stalls" => server.did("stall").size, "connections" => 1, "reconnects" => server.connections.size - 1 }
  end

  # "#storm   12   @ann   7" => [{"storm" => 12}, {"ann" => 7}]
  def shown(stdout)
    table = stdout[/^hashtags of the last.*\z/m]
    ["#", "@"].map do |mark|
      table.scan(/(?:^|   )#{mark}(\S+) +([\d,]+)(?=$| )/).to_h.transform_values { |count| count.delete(",").to_i }
    end
  end

  def truth(tweets)
    hashtags = tweets.flat_map { |tweet| tweet["hashtags"].map(&:downcase).uniq }
    [hashtags.tally, tweets.map { |tweet| tweet["user"] }.tally]
  end

  describe "from a server that misbehaves in every way" do
    fates = %w[received duplicates invalid off_topic notices others]
    faults = %w[--duplicate 10 --invalid 25 --half 70 --drop 90 --stall 500 --refuse 4]
    { "x" => %w[storm gale rain ruby rust tea harbour wetter été 台風 the wind turns],
      "mastodon" => [], "local" => [] }.each do |source, terms|
      it "processes every tweet that was sent whole, once, in the format of #{source}, and never shows the token" do
        OntweetServer.run(*%w[--tweets 700 --rate 0 --token-needed], *faults, env: token) do |server|
          settings = { "ontweet.source" => source, "ontweet.track" => terms.to_json }
          result = server.topology(settings, "--json", "--log", "trace", env: token)
          report = ExampleRun.report(result)

          expect(result.exitstatus).to eq(0), result.to_s
          expect(report).to include("state" => "finished", "failed" => 0, "given_up" => 0)
          expect_everything_processed(server)
          expect(counters(report)).to include(accounted(server))
          expect(counters(report).values_at(*fates).sum).to eq(counters(report)["messages"])
          expect(%w[duplicate invalid half drop stall].map { |fault| server.did(fault).size }).to all(be >= 1)
          expect("#{result.stdout}#{result.stderr}#{server.sent}").not_to include("s3cret")
        end
      end
    end
  end

  it "counts hashtags and users as plain Ruby does" do
    OntweetServer.run(*%w[--tweets 400 --rate 0 --duplicate 7 --drop 50]) do |server|
      result = server.topology({}, "--strict", env: { "COLUMNS" => "100" })

      expect(result.exitstatus).to eq(0), result.to_s
      expect(shown(result.stdout)).to eq(truth(server.did("tweet")))
      expect(result.stdout).to match(/^received 400   duplicates 57   invalid JSON 0   reconnects 7 /)
    end
  end

  it "counts only what came within the window" do
    OntweetServer.run(*%w[--tweets 90 --rate 30]) do |server|
      result = server.topology({ "ontweet.window" => 1 })

      expect(result.exitstatus).to eq(0), result.to_s
      expect(server.processed.size).to eq(90)
      expect(shown(result.stdout).last.values.sum).to be < 90
    end
  end

  it "sends the same tweets for the same seed, others for another" do
    sent = [1, 1, 2].map do |seed|
      OntweetServer.run("--seed", seed, *%w[--tweets 50 --rate 0 --invalid 5 --duplicate 3]) do |server|
        expect(server.topology.exitstatus).to eq(0)
        server.sent
      end
    end

    expect(sent[0]).to eq(sent[1])
    expect(sent[0]).not_to eq(sent[2])
  end

  describe "with terms" do
    { "local" => "/stream", "x" => "/2/tweets/search/stream" }.each do |source, path|
      it "gets only tweets about them from #{source}" do
        OntweetServer.run(*%w[--tweets 300 --rate 0]) do |server|
          settings = { "ontweet.source" => source, "ontweet.track" => "#storm,gale" }
          result = server.topology(settings, "--json", env: token)

          expect(result.exitstatus).to eq(0), result.to_s
          expect_everything_processed(server)
          expect(server.connections.map { |request| request["path"] }.uniq).to eq([path])
          expect(server.processed.size).to be_between(20, 200)
          expect(counters(ExampleRun.report(result))["off_topic"]).to eq(0)
        end
      end
    end

    it "leaves out what is about something else, where the server cannot" do
      OntweetServer.run(*%w[--tweets 300 --rate 0]) do |server|
        result = server.topology({ "ontweet.source" => "mastodon", "ontweet.track" => "#storm,gale" }, "--json")
        about = server.whole.select { |tweet| (tweet["hashtags"].map(&:downcase) & %w[storm gale]).any? }

        expect(result.exitstatus).to eq(0), result.to_s
        expect(ids(server.processed)).to match_array(ids(about))
        expect(counters(ExampleRun.report(result)))
          .to include("received" => about.size, "off_topic" => 300 - about.size)
      end
    end

    it "reads the stream of a single hashtag" do
      OntweetServer.run(*%w[--tweets 100 --rate 0]) do |server|
        result = server.topology({ "ontweet.source" => "mastodon", "ontweet.track" => "#storm" })

        expect(result.exitstatus).to eq(0), result.to_s
        expect(server.connections.first["path"]).to eq("/api/v1/streaming/hashtag")
        expect_everything_processed(server)
      end
    end
  end

  it "takes no more than it can process from a server that is faster" do
    OntweetServer.run(*%w[--tweets 3000 --rate 0]) do |server|
      result = server.topology({ "max_spout_pending" => 2, "topology.executor.receive.buffer.size" => 2 }, "--json")

      expect(result.exitstatus).to eq(0), result.to_s
      expect_everything_processed(server)
      expect(server.processed.size).to eq(3000)
    end
  end

  { "with the stream" => [%w[--rate 400 --drop 50], {}],
    "behind the stream, with its queue full" => [%w[--rate 0 --tweets 20000], { "max_spout_pending" => 1 }] }
    .each do |where, (options, settings)|
    it "drains at TERM #{where}: what was received whole is processed" do
      OntweetServer.run(*options) do |server|
        result = server.topology(settings, "--json") do |process|
          sleep 0.05 until File.exist?(server.file("processed")) && server.processed.size > 100
          process.signal("TERM")
        end
        report = ExampleRun.report(result)

        expect(result.exitstatus).to eq(0), result.to_s
        expect(report).to include("state" => "drained")
        expect(counters(report).values_at("messages", "received")).to eq([server.processed.size] * 2)
        expect(ids(server.processed) - ids(server.whole)).to eq([])
        expect(ids(server.processed).uniq.size).to eq(server.processed.size)
      end
    end
  end

  it "waits for a server that is not there yet, longer each time, and can be stopped meanwhile" do
    port = TCPServer.open("127.0.0.1", 0) { |server| server.addr[1] }
    settings = ExampleRun.set("ontweet.url" => "http://127.0.0.1:#{port}")
    result = ExampleRun.local("ontweet/ontweet.rb", *settings) do |process|
      process.wait_for(/(Connection refused.*){3}/m)
      process.signal("TERM")
    end
    waits = result.stderr.scan(/again in ([\d.]+) s/).flatten.map(&:to_f)

    expect(result.exitstatus).to eq(0), result.to_s
    expect(waits[0..2]).to match([be_between(0.25, 0.38), be_between(0.5, 0.75), be_between(1, 1.5)])
  end

  it "goes on where it was when the server comes back" do
    port = TCPServer.open("127.0.0.1", 0) { |server| server.addr[1] }
    OntweetServer.run("--port", port, "--rate", 100) do |first|
      result = first.topology do |process|
        sleep 0.05 until File.exist?(first.file("processed")) && first.processed.size > 20
        first.stop
        process.wait_for(/Connection refused/)
        OntweetServer.run("--port", port, "--seed", 2, *%w[--tweets 200 --rate 0]) do
          process.wait
        end
      end

      expect(result.exitstatus).to eq(0), result.to_s
      expect(ids(first.processed).uniq.size).to eq(first.processed.size)
      expect(first.processed.size).to be >= 200
    end
  end

  describe "what cannot work" do
    it "ends with 70 when the server refuses the token, and says where it comes from" do
      OntweetServer.run("--token-needed", env: token) do |server|
        result = server.topology({}, env: { "ONTWEET_BEARER_TOKEN" => "wr0ng-s3cret" })

        expect(result.exitstatus).to eq(70), result.to_s
        expect(result.stderr).to include("the server answers 401", "environment variable ONTWEET_BEARER_TOKEN")
        expect("#{result.stdout}#{result.stderr}").not_to include("wr0ng-s3cret")
      end
    end

    { "an unknown source" => [{ "ontweet.source" => "twiter" },
                              "unknown source `twiter`; there are x, mastodon, local"],
      "x without a token" => [{ "ontweet.source" => "x" }, "needs a bearer token in ONTWEET_BEARER_TOKEN"],
      "no url" => [{ "ontweet.source" => "mastodon" }, "the source mastodon needs ontweet.url"],
      "a stall_timeout that is none" => [{ "ontweet.url" => "http://127.0.0.1:1", "ontweet.stall_timeout" => -1 },
                                         "ontweet.stall_timeout: a number above 0, not -1"],
      "a window of nothing" => [{ "ontweet.url" => "http://127.0.0.1:1", "ontweet.window" => 0 },
                                "at least one bucket, not 0"] }.each do |what, (settings, message)|
      it "ends with 70 for #{what}, and says so" do
        result = ExampleRun.local("ontweet/ontweet.rb", *ExampleRun.set(settings),
                                  env: { "ONTWEET_BEARER_TOKEN" => nil })

        expect(result.exitstatus).to eq(70), result.to_s
        expect(result.stderr).to include(message)
      end
    end
  end
end
