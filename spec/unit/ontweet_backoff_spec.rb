# frozen_string_literal: true

require "support/ontweet"

RSpec.describe Ontweet::Backoff do
  failure = ->(kind, retry_after = 0) { Ontweet::Failure.new("no", kind: kind, retry_after: retry_after) }
  backoff = ->(factor: 1) { described_class.new(factor: factor, random: Random.new(RSpec.configuration.seed)) }

  # [kind, first wait, longest wait]
  [[:network, 0.25, 16], [:http, 5, 320], [:rate_limited, 60, 960]].each do |kind, first, longest|
    it "waits #{first} s after a #{kind} failure, then twice as long up to #{longest} s, plus up to half by chance" do
      b = backoff.call
      waits = Array.new(12) { b.wait_after(failure[kind]) }
      least = Array.new(12) { |n| [first * (2**n), longest].min }

      waits.zip(least) { |wait, at_least| expect(wait).to be_between(at_least, at_least * 1.5) }
      expect(waits.last(8).uniq.size).to be > 1
    end
  end

  it "connects again at once after a connection that worked, then waits as for a first failure" do
    b = backoff.call
    5.times { b.wait_after(failure[:network]) }
    b.connected

    expect(b.wait_after(failure[:network])).to be_between(0, described_class::AT_ONCE)
    expect(b.wait_after(failure[:network])).to be_between(0.25, 0.375)
    expect(b.wait_after(failure[:network])).to be_between(0.5, 0.75)
  end

  it "waits as long as the server asks, if that is longer, whatever the factor" do
    expect(backoff[factor: 0.001].wait_after(failure[:rate_limited, 90])).to eq(90)
    expect(backoff.call.wait_after(failure[:rate_limited, 1])).to be >= 60
    expect(backoff[factor: 0.01].wait_after(failure[:http])).to be_between(0.05, 0.075)
  end

  describe Ontweet::Failure do
    answer = ->(status, headers = {}) { described_class.of_answer(status, headers, "  why  ", now: Time.at(1_000)) }

    it "tells what may pass from what cannot" do
      kinds = [500, 503, 408, 429, 420].to_h { |status| [status, answer[status].kind] }

      expect(kinds).to eq(500 => :http, 503 => :http, 408 => :http, 429 => :rate_limited, 420 => :rate_limited)
      expect([400, 401, 403, 404, 410, 200].map { |status| answer[status].class }.uniq).to eq([Ontweet::Error])
    end

    it "reads how long the server asks to wait, in either form" do
      expect(answer[429, { "retry-after" => "17" }].retry_after).to eq(17)
      expect(answer[429, { "x-rate-limit-reset" => "1090" }].retry_after).to eq(90)
      expect(answer[429, { "x-rate-limit-reset" => "900" }].retry_after).to eq(0)
      expect(answer[503, { "retry-after" => "Thu, 01 Jan 2026 00:00:00 GMT" }].retry_after).to eq(0)
    end

    it "says what to do about an answer that will not change" do
      expect(answer[401].message).to eq("the server answers 401: why (the bearer token comes from the environment " \
                                        "variable ONTWEET_BEARER_TOKEN)")
      expect(answer[302, { "location" => "https://streaming.example" }].message)
        .to include("it has moved to https://streaming.example; set ontweet.url")
    end
  end
end
