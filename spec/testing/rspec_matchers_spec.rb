# frozen_string_literal: true

require "redgale/rspec"

RSpec.describe Redgale::RSpec::Matchers do
  counter = Class.new(Redgale::Bolt) do
    output_fields :word, :count
    stream :errors, :reason
    on_init { @counts = Hash.new(0) }
    on_receive do |tuple|
      word = tuple[:word]
      log.warn("counting #{word}")
      next self.fail(tuple) if word == "fails"
      raise ArgumentError, "no #{word} here" if word == "bad"

      emit ["too long"], stream: :errors if word == "abracadabra"
      [word, @counts[word] += 1]
    end
  end
  words = Class.new(Redgale::Spout) do
    output_fields :word
    on_init { @words = %w[a b a].each }
    on_send { @words.next }
  end
  lines = Class.new(Redgale::Bolt) do
    output_fields :line
    on_receive { |tuple| [tuple.values.join(" ")] }
  end
  topology = Class.new(Redgale::Topology) do
    name "counting"
    spout words, id: :words
    bolt(counter, id: :counter) { source :words, :global }
    bolt(lines, id: :lines) { source :counter, :global }
  end

  let(:bolt) { Redgale::Testing.component(counter, id: :counter) }
  let(:many) { bolt.receive_all(%w[a b a].map { |word| { word: word } }) }
  let(:done) { Redgale::Testing.complete(topology) }

  # An expectation that does not hold, and what is said of it.
  def saying(message)
    raise_error(RSpec::Expectations::ExpectationNotMetError, message)
  end

  def impossible(message)
    raise_error(ArgumentError, message)
  end

  describe "#have_emitted" do
    it "takes the values of one tuple, or of several in any order" do
      expect(many).to have_emitted(["a", 1])
      expect(many).to have_emitted(["a", 2], ["a", 1])
      expect(many).not_to have_emitted(["a", 3])
    end

    it "takes some values by field" do
      expect(many).to have_emitted(word: "b").and have_emitted({ "count" => 2 })
      expect(many).not_to have_emitted(word: "a", count: 3)
    end

    it "takes bare values of a single field" do
      expect(bolt.receive("word" => "abracadabra")).to have_emitted("too long").on(:errors)
    end

    it "takes whatever === holds for, also within values" do
      expect(many).to have_emitted([String, 2..3])
      expect(many).to have_emitted([a_string_starting_with("b"), be_odd])
      expect(many).to have_emitted(word: /b/).and have_emitted(a_collection_including("b"))
      expect(many).not_to have_emitted([Symbol, Integer])
    end

    it "takes nothing for any tuple" do
      expect(many).to have_emitted.and have_emitted.times(3)
      expect(bolt.receive(word: "fails")).not_to have_emitted
    end

    it "counts" do
      expect(many).to have_emitted(word: "a").twice
      expect(many).to have_emitted(word: "b").once
      expect(many).to have_emitted(word: "c").times(0)
      expect { expect(many).to have_emitted(word: "a").once }.to saying(<<~TEXT.chomp)
        expected `counter` to have emitted {word: "a"} exactly once, but it emitted:
          {word: "a", count: 1}
          {word: "b", count: 1}
          {word: "a", count: 2}
      TEXT
    end

    it "takes each tuple once" do
      expect(many).not_to have_emitted(["a", 3], ["c", 1])
      expect(many).to have_emitted({ word: "a" }, { word: "a" })
      expect { expect(many).to have_emitted({ word: "b" }, { word: "b" }) }.to saying(/but it emitted:/)
    end

    it "lets what is general not take what is special" do
      expect(many).to have_emitted([String, Integer], [String, 1], ["a", 1]).only
      expect(many).to have_emitted([String, 1..2], ["a", Integer], ["a", 1]).only
    end

    it "allows nothing else" do
      expect(many).to have_emitted(["a", 2], ["b", 1], ["a", 1]).only
      expect(many).to have_emitted([String, Integer]).only.times(3)
      expect { expect(many).to have_emitted(["a", 2], ["b", 1]).only }
        .to saying(/\Aexpected `counter` to have emitted \["a", 2\], \["b", 1\] and nothing else, but it emitted:/)
      expect { expect(many).to have_emitted(word: "a").only.twice }.to saying(/exactly 2 times, and nothing else/)
    end

    it "keeps to an order" do
      expect(many).to have_emitted(["a", 1], ["a", 2]).in_order
      expect(many).to have_emitted(["a", 1], ["b", 1], ["a", 2]).only.in_order
      expect { expect(many).to have_emitted(["b", 1], ["a", 1]).in_order }.to saying(/in this order, but it emitted/)
      expect { expect(many).to have_emitted(["a", 1], ["a", 2]).only.in_order }.to saying(/in this order, and nothing/)
    end

    it "is about one stream" do
      reply = bolt.receive(word: "abracadabra")

      expect(reply).to have_emitted(["too long"]).on(:errors).only
      expect { expect(reply).to have_emitted("too short").on("errors") }.to saying(<<~TEXT.chomp)
        expected `counter` to have emitted "too short" on stream `errors`, but it emitted there:
          ["too long"]
        and on other streams:
          default ["abracadabra", 1]
      TEXT
    end

    it "tells what was raised instead" do
      expect { expect(bolt.receive(word: "bad")).to have_emitted(["bad", 1]) }.to saying(<<~TEXT.chomp)
        expected `counter` to have emitted ["bad", 1], but it emitted nothing
        and raised:
          ArgumentError: no bad here
      TEXT
    end

    it "tells when a tuple ought not to be" do
      expect { expect(bolt.receive(word: "a")).not_to have_emitted(["a", Integer]) }.to saying(<<~TEXT.chomp)
        expected `counter` not to have emitted ["a", Integer], but it emitted:
          ["a", 1]
      TEXT
    end

    it "describes matchers in its words" do
      expect { expect(bolt.receive(word: "a")).to have_emitted([a_string_ending_with("b"), 1]) }
        .to saying(/\Aexpected `counter` to have emitted \[a string ending with "b", 1\], but/)
      expect(have_emitted(["a", { x: 1 }]).on(:errors).only.description)
        .to eq("have emitted [\"a\", {x: 1}] on stream `errors` and nothing else")
    end

    it "lists 20 tuples and counts the others" do
      reply = bolt.receive_all(Array.new(25) { |number| { word: "w#{number}" } })

      expect { expect(reply).to have_emitted(["x", 1]) }.to saying(/\["w19", 1\]\n  \.\.\. and 5 more\z/)
    end

    it "is about the components of a topology, or one of them" do
      expect(done).to have_emitted(["a", 2]).from(counter).and have_emitted(["a 2"]).from(:lines)
      expect(done).to have_emitted(["a"], ["a", 2], "a 2")
      expect(done).to have_emitted.times(9)
      expect do
        expect(done).to have_emitted(["c", 1]).from("counter")
      end.to saying(/\Aexpected `counter` to .*:\n  \["a"/)
      expect { expect(done).to have_emitted(["c", 1]) }
        .to saying(/\Aexpected the topology to have.*:\n  words \["a"\]\n.*  counter \["a", 1\]\n.*  lines \["a 1"\]/m)
    end

    it "does not count what the test itself gave, unless it asks for it" do
      done = Redgale::Testing.complete(topology, words: %w[a])

      expect(done).to have_emitted(["a", 1], ["a 1"]).only
      expect(done).to have_emitted("a").from(:words)
      expect(many).to have_emitted.times(3)
    end

    it "asks simulations, and calls of them" do
      Redgale::Testing.simulate(topology, words: []) do |simulation|
        first = simulation.feed(:words, %w[a])
        second = simulation.feed(:words, %w[a])

        expect([first, second]).to match([have_emitted(["a", 1]).from(counter), have_emitted(["a", 2]).from(counter)])
        expect(first).not_to have_emitted(["a", 2])
        expect(simulation).to have_emitted(["a", 1], ["a", 2]).from(counter).only
        expect([first, second]).to all(have_emitted.times(2))
      end
    end

    it "asks components as well as their replies" do
      bolt.receive(word: "a")
      reply = bolt.receive(word: "a")

      expect(bolt).to have_emitted(["a", 1], ["a", 2]).only
      expect(reply).to have_emitted(["a", 2]).only
    end

    describe "refuses what could never be:" do
      { "a field" => [->(matchers) { matchers.have_emitted(wrod: "a") },
                      "have_emitted: {wrod: \"a\"} cannot be a tuple of stream `default` of `counter`, which has " \
                      "(:word, :count)"],
        "a number of values" => [->(matchers) { matchers.have_emitted(["a"]) }, /\["a"\] cannot be a tuple/],
        "a stream" => [->(matchers) { matchers.have_emitted.on(:error) },
                       "have_emitted: no stream `error` (did you mean `errors`?); `counter` declares `default`, " \
                       "`errors`"],
        "a component" => [->(matchers) { matchers.have_emitted.from(:none) }, /no component `none`/] }
        .each do |what, (make, message)|
        it(what) do
          expect { expect(many).to make[self] }.to impossible(message)
          expect { expect(many).not_to make[self] }.to impossible(message)
        end
      end

      it "an odd number of times" do
        expect { have_emitted.times(-1) }.to impossible("a number of times is an Integer from 0, not -1")
        expect { have_emitted.times("2") }.to impossible(/not "2"/)
      end

      it "an order of equal ones" do
        expect { have_emitted.twice.in_order }.to impossible(/do not go together/)
      end

      it "`not_to` with a number" do
        expect { expect(many).not_to have_emitted(["a", 1]).once }
          .to impossible("have_emitted (exactly once) cannot be negated: what it does not say may be anything")
      end

      it "an Array, or anything else that is not of the kit" do
        expect { expect(many.emitted).to have_emitted }
          .to impossible(/\Ahave_emitted asks what `receive`.*not an Array\z/)
        expect { expect(nil).not_to have_emitted }.to impossible(/, not nil\z/)
      end
    end
  end

  describe "#have_emitted_nothing" do
    it "is about all streams and components, or some" do
      reply = bolt.receive(word: "fails")

      expect(reply).to have_emitted_nothing
      expect(many).not_to have_emitted_nothing
      expect(many).to have_emitted_nothing.on(:errors)
      expect(done).to have_emitted_nothing.from(counter).on(:errors)
    end

    it "tells what was emitted" do
      expect { expect(bolt.receive(word: "abracadabra")).to have_emitted_nothing }.to saying(<<~TEXT.chomp)
        expected `counter` to have emitted nothing, but it emitted:
          errors ["too long"]
          ["abracadabra", 1]
      TEXT
      expect { expect(bolt.receive(word: "fails")).not_to have_emitted_nothing }
        .to saying("expected `counter` not to have emitted nothing, but it emitted nothing")
    end
  end

  describe "#have_acked" do
    it "knows tuples of spouts, and those that a bolt got" do
      expect(many).to have_acked("a", ["b"], { word: "a" }).only
      expect(done).to have_acked("a").from(words).twice
      expect(bolt.receive(word: "bad")).not_to have_acked
    end

    it "tells what became of the others" do
      reply = bolt.receive_all([{ word: "a" }, { word: "bad" }, { word: "fails" }])

      expect { expect(reply).to have_acked("bad") }.to saying(<<~TEXT.chomp)
        expected `counter` to have acked "bad", but these were acked:
          ["a"]
        these failed:
          ["bad"]: ArgumentError: no bad here
          ["fails"]
      TEXT
    end

    it "tells what is pending, and that there was nothing" do
      spout = Redgale::Testing.component(words, id: :words)

      expect { expect(spout).to have_acked }
        .to saying("expected `words` to have acked a tuple, but no tuple was acked, failed, or is pending")
      expect { expect(spout.ask(2)).to have_acked("b") }.to saying(/, but these are pending:\n  \["a"\]\n  \["b"\]\z/)
      expect(spout.ack("b")).to have_acked("b").only
    end

    it "refuses what could never be" do
      expect { expect(many).not_to have_acked(%w[a b]) }
        .to impossible("have_acked: [\"a\", \"b\"] cannot be a tuple of a spout: there are (:word)")
      expect { expect(done).to have_acked.from(counter) }.to impossible(/\A`counter` is a bolt: tuples of spouts are/)
    end
  end

  describe "#have_failed" do
    let(:reply) { bolt.receive_all([{ word: "bad" }, { word: "fails" }]) }

    it "knows the tuple and what failed it" do
      expect(reply).to have_failed("bad", "fails").only
      expect(reply).to have_failed("bad").with(ArgumentError)
      expect(reply).to have_failed("bad").with("no bad here").and have_failed.with(/no bad/)
      expect(reply).to have_failed("bad").with(StandardError, a_string_including("here"))
      expect(reply).to have_failed("bad").with(an_object_having_attributes(message: /bad/))
      expect(reply).to have_failed("fails").with(nil).and have_failed.with(ArgumentError).once
      expect(reply).not_to have_failed("bad").with(nil)
      expect(reply).not_to have_failed.with(TypeError)
    end

    it "tells what failed, and with what" do
      expect { expect(reply).to have_failed("bad").with(TypeError, /no/) }.to saying(<<~TEXT.chomp)
        expected `counter` to have failed "bad" with TypeError /no/, but these failed:
          ["bad"]: ArgumentError: no bad here
          ["fails"]
      TEXT
      expect { expect(reply).to have_failed("bad", "fails").with(ArgumentError) }
        .to saying(/"fails" with ArgumentError, but/)
      expect { expect(reply).not_to have_failed.with(nil) }.to saying(/not to have failed a tuple with no error, but/)
      expect { expect(reply).to have_failed("bad").with(ArgumentError).only.once }
        .to saying(/with ArgumentError exactly once, and nothing else, but these failed:\n  \["bad"\]/)
    end

    it "refuses what is no error" do
      expect { have_failed.with("a", "b") }
        .to impossible(/a class, a message, or a class and a message, not as "a", "b"/)
      expect { have_failed.with }.to impossible(/an error is given as/)
    end
  end

  describe "#have_retried" do
    it "is about tuples that the engine emits again" do
      odd = Class.new(Redgale::Bolt) { on_receive { |tuple| raise KeyError, "again" if tuple[:word] == "b" } }
      failing = Class.new(Redgale::Topology) do
        spout words, id: :words
        bolt(odd, id: :odd) { source :words, :global }
      end
      Redgale::Testing.simulate(failing) do |simulation|
        simulation.advance(0.05)

        expect(simulation).to have_retried("b").with(KeyError, "again").and have_acked("a").twice
        expect(simulation).not_to have_failed
        expect { expect(simulation).to have_failed("b") }
          .to saying(/these failed and are emitted again:\n  \["b"\]: KeyError: again/)
      end
    end
  end

  describe "#have_logged" do
    it "knows level, text and component" do
      expect(many).to have_logged(:warn, "counting a").twice
      expect(many).to have_logged(/counting/).times(3).and have_logged(:warn).and have_logged
      expect(done).to have_logged(a_string_ending_with("b")).from(counter)
      expect(done).not_to have_logged.from(:lines)
      expect(many).not_to have_logged(:error)
    end

    it "tells what was logged" do
      expect { expect(bolt.receive(word: "a")).to have_logged(:error, /a/) }
        .to saying("expected `counter` to have logged :error /a/, but it logged:\n  warn counter: counting a")
      expect { expect(done).to have_logged.from(:lines) }
        .to saying("expected `lines` to have logged a line, but it logged nothing")
    end

    it "refuses what is no line" do
      expect { have_logged(:warning) }
        .to impossible("have_logged: unknown level `warning` (did you mean `warn`?); " \
                       "allowed: error, warn, info, debug, trace")
      expect { have_logged("a", "b") }.to impossible('have_logged takes a level and a message, not "a", "b"')
    end
  end
end
