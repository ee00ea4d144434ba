# frozen_string_literal: true

require "json"
require "support/ontweet"

# What each source asks for, and what it makes of the answer, by the recordings of the example.
RSpec.describe Ontweet::Source do
  token = { "ONTWEET_BEARER_TOKEN" => "s3cret-t0ken" }
  recording = lambda do |name, file|
    File.binread(ExampleRun.path("ontweet/recordings/#{name}/#{file}")).force_encoding("UTF-8")
  end
  source_of = lambda do |name|
    described_class.of(Ontweet::Settings.new(JSON.parse(recording[name, "settings.json"]), token))
  end
  settings = ->(config, environment = token) { Ontweet::Settings.new(config, environment) }

  # As in messages.json.
  def told(source, message)
    case (result = source.parse(message))
    when Ontweet::Tweet then told_tweet(source, result)
    when Ontweet::Notice then { "notice" => result.text }
    else { "other" => true }
    end
  rescue Ontweet::InvalidMessage => e
    { "invalid" => e.message }
  end

  def told_tweet(source, tweet)
    told = { "id" => tweet.id, "user" => tweet.user, "text" => tweet.text,
             "hashtags" => Ontweet::Hashtags.of(tweet.text, tweet.hashtags) }
    source.wanted?(tweet) ? told : told.merge("wanted" => false)
  end

  %w[x mastodon local].each do |name|
    describe name do
      it "asks for the stream as recorded" do
        expect(source_of[name].request.to_s).to eq(recording[name, "request.txt"])
      end

      it "sends the token" do
        expect(source_of[name].request.net_http["Authorization"]).to eq("Bearer s3cret-t0ken")
      end

      # In pieces of any size: as one, byte by byte, and by chance.
      { "at once" => ->(_random) { 1_000_000 }, "byte by byte" => ->(_random) { 1 },
        "in pieces of up to 200 bytes" => ->(random) { random.rand(1..200) } }.each do |way, size|
        it "makes of the answer what is recorded, received #{way}" do
          bytes = StringIO.new(recording[name, "stream.txt"].b)
          random = Random.new(RSpec.configuration.seed)
          source = source_of[name]
          messages = source.messages
          results = []
          while (piece = bytes.read(size[random]))
            messages.feed(piece) { |message| results << told(source, message) }
          end

          expect(results).to eq(JSON.parse(recording[name, "messages.json"]))
          expect(messages.half?).to be(true)
        end
      end

      it "never raises anything but InvalidMessage, whatever a message is cut to" do
        source = source_of[name]
        messages = source.messages
        messages.feed(recording[name, "stream.txt"].b) do |message|
          whole = message.respond_to?(:data) ? message.data : message
          whole.bytesize.times do |size|
            cut = whole.byteslice(0, size)
            expect { told(source, message.respond_to?(:data) ? message.class.new(message.name, cut) : cut) }
              .not_to raise_error
          end
        end
      end
    end
  end

  describe "x" do
    it "makes the rules at X those of the terms" do
      sent = []
      api = double(call: nil)
      allow(api).to receive(:call) do |request|
        sent << request
        sent.size == 1 ? JSON.parse(recording["x", "rules_before.json"]) : { "meta" => {} }
      end
      source_of["x"].prepare(api)

      expect(sent.map(&:to_s).join).to eq(recording["x", "rules_requests.txt"])
    end

    it "changes nothing when the rules are right" do
      rules = Ontweet::Sources::XRules.new(["#storm"])
      existing = { "data" => [{ "id" => "1", "value" => "#storm", "tag" => "ontweet" }] }

      expect(rules.changes(existing)).to eq([])
      expect(rules.changes({ "meta" => { "result_count" => 0 } }).size).to eq(1)
    end

    it "quotes what means something else in a rule" do
      expect(Ontweet::Sources::XRules.new(["from:ann", "tea OR coffee", "-rain", 'a "b c"', "@ann"]).values)
        .to eq(['"from:ann"', 'tea "OR" coffee', '"-rain"', "a b c", "@ann"])
    end

    it "names the rule that X refuses" do
      refused = { "value" => "a ~ b", "title" => "UnprocessableEntity", "details" => ["~ is no operator"] }
      answer = { "errors" => [refused, { "value" => "storm", "title" => "DuplicateRule" }] }

      expect { Ontweet::Sources::XRules.check(answer) }
        .to raise_error(Ontweet::Error, "X refuses a rule: a ~ b: UnprocessableEntity: ~ is no operator")
      expect { Ontweet::Sources::XRules.check("errors" => [{ "title" => "DuplicateRule" }]) }.not_to raise_error
    end

    it "needs a token and terms" do
      expect { described_class.of(settings[{ "ontweet.source" => "x", "ontweet.track" => "a" }, {}]) }
        .to raise_error(Ontweet::Error, /needs a bearer token in ONTWEET_BEARER_TOKEN/)
      expect { described_class.of(settings[{ "ontweet.source" => "x", "ontweet.track" => " , " }]) }
        .to raise_error(Ontweet::Error, /needs terms in ontweet.track/)
    end
  end

  describe "mastodon" do
    it "asks for the stream of a hashtag if that is all that is wanted, and leaves the choice to the server" do
      source = described_class.of(settings[{ "ontweet.source" => "mastodon", "ontweet.url" => "https://social.example",
                                             "ontweet.track" => ["#Überall"] }, {}])

      expect(source.request.uri.to_s).to eq("https://social.example/api/v1/streaming/hashtag?tag=%C3%9Cberall")
      expect(source.request.net_http["Authorization"]).to be_nil
      expect(source.wanted?(Ontweet::Tweet.new("1", "ann", "anything", []))).to be(true)
    end
  end

  it "names the sources there are" do
    expect { described_class.of(settings[{ "ontweet.source" => "twiter" }]) }
      .to raise_error(Ontweet::Error, "ontweet.source: unknown source `twiter`; there are x, mastodon, local")
  end

  it "refuses to send the token unencrypted to another machine" do
    config = { "ontweet.source" => "mastodon", "ontweet.url" => "http://social.example" }

    expect { described_class.of(settings[config]) }.to raise_error(Ontweet::Error, /by https only/)
    expect(described_class.of(settings[config, {}]).request.uri.scheme).to eq("http")
  end

  [nil, "social.example", "ftp://social.example", "http://", "https://a b",
   "https://ann:pw@social.example"].each do |url|
    it "refuses the url #{url.inspect}" do
      expect { described_class.of(settings[{ "ontweet.source" => "mastodon", "ontweet.url" => url }]) }
        .to raise_error(Ontweet::Error, /ontweet\.url/)
    end
  end

  it "shows the token nowhere" do
    source = source_of["x"]

    shown = [source.request.to_s, source.request.inspect, source.inspect, settings[{}].inspect, settings[{}].token.to_s]
    expect(shown.join).not_to include("s3cret")
  end
end
