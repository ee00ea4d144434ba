# frozen_string_literal: true

require "support/ontweet"

RSpec.describe "ontweet's reading of text" do
  describe Ontweet::Hashtags do
    { "#Storm and #storm" => %w[storm], "(#a_1), #été! #台風" => %w[a_1 été 台風], "＃wide" => %w[wide],
      "a#b c&#39;d http://x.example/#frag ##c #42 #4you" => %w[4you], "" => [], "# #" => [] }.each do |text, tags|
      it "finds #{tags.inspect} in #{text.inspect}" do
        expect(described_class.of(text)).to eq(tags)
      end
    end

    it "takes those that the source names, and counts two spellings of a letter as one" do
      expect(described_class.of("#text", %w[Named NAMED])).to eq(%w[named])
      expect(described_class.of("", %W[e\u0301te \u00e9te])).to eq(["\u00e9te"])
    end
  end

  describe Ontweet::Html do
    it "makes text of paragraphs, breaks, links and entities" do
      html = '<p>One<br>two<br />three &amp; <a href="https://x.example/?a=1&b">link</a></p><p>&lt;four&gt;&nbsp;</p>'

      expect(described_class.text(html)).to eq("One\ntwo\nthree & link\n<four>")
    end
  end

  describe Ontweet::Track do
    tweet = ->(text, tags = nil) { Ontweet::Tweet.new("1", "ann", text, tags) }

    it "wants a post that has all words of a term, in any order and case" do
      track = described_class.new("gale warning, #storm")

      expect(track.terms).to eq(["gale warning", "#storm"])
      expect(track.match?(tweet["WARNING: a Gale"])).to be(true)
      expect(track.match?(tweet["a gale"])).to be(false)
      expect(track.match?(tweet["a storm"])).to be(false)
      expect(track.match?(tweet["a #Storm"])).to be(true)
      expect(track.match?(tweet["nothing", %w[storm]])).to be(true)
    end

    it "finds a hashtag by its word, and wants everything if there are no terms" do
      expect(described_class.new(["storm"]).match?(tweet["#storm"])).to be(true)
      expect(described_class.new(["storm"]).match?(tweet["stormy"])).to be(false)
      expect(described_class.new(nil).match?(tweet["anything"])).to be(true)
      expect(described_class.new(["", " "]).terms).to eq([])
    end

    it "knows when a single hashtag is wanted" do
      expect(described_class.new("#storm").only_hashtag).to eq("storm")
      expect(["storm", "#storm,#gale", "#storm gale", ""].map { |terms| described_class.new(terms).only_hashtag })
        .to eq([nil, nil, nil, nil])
    end
  end

  describe Ontweet::TextWidth do
    it "knows wide characters and combining marks" do
      expect(["abc", "台風", "e\u0301", "été", "🌀a"].map { |text| described_class.of(text) }).to eq([3, 4, 1, 3, 3])
    end

    it "makes text exactly as wide as it is to be" do
      texts = ["abc", "abcdef", "台風警報", "a台風警報", "e\u0301" * 6]
      fitted = texts.map { |text| described_class.fit(text, 5) }

      expect(fitted).to eq(["abc  ", "abcd…", "台風…", "a台… ", "#{"e\u0301" * 4}…"])
      expect(fitted.map { |text| described_class.of(text) }.uniq).to eq([5])
      expect(described_class.fit("abc", 0)).to eq("")
    end

    it "shows no control characters: what strangers have written cannot move the cursor" do
      expect(described_class.clean("a\e[2Jb\rc\u202Ed\u0000\xFF")).to eq("a[2Jbcd?")
    end
  end
end
