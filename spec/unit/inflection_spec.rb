# frozen_string_literal: true

require "redgale"

RSpec.describe Redgale::Inflection do
  {
    "Split" => "split", "SplitBolt" => "split_bolt", "HTTPSink" => "http_sink", "MyHTTPSink" => "my_http_sink",
    "SinkHTTP" => "sink_http", "My::Deep::SplitBolt" => "split_bolt", "S3Bolt" => "s3_bolt",
    "Top10Words" => "top10_words", "split" => "split", "A" => "a", "Übersicht" => "übersicht"
  }.each do |name, id|
    it "#{name} is #{id}" do
      expect(described_class.underscore(name)).to eq(id)
    end
  end
end
