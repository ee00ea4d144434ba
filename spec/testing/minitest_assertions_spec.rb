# frozen_string_literal: true

require "tempfile"
require "support/process"

# Minitest runs in a process of its own: it and RSpec have methods of the same names.
RSpec.describe "Redgale::Minitest::Assertions" do
  components = <<~RUBY
    require "minitest/autorun"
    require "redgale/minitest"

    class Counter < Redgale::Bolt
      output_fields :word, :count
      stream :errors, :reason
      on_init { @counts = Hash.new(0) }
      on_receive do |tuple|
        word = tuple[:word]
        log.warn("counting \#{word}")
        next fail(tuple) if word == "fails"
        raise ArgumentError, "no \#{word} here" if word == "bad"

        emit ["too long"], stream: :errors if word == "abracadabra"
        [word, @counts[word] += 1]
      end
    end

    class Words < Redgale::Spout
      output_fields :word
      on_init { @words = %w[a b a].each }
      on_send { @words.next }
    end

    class Counting < Redgale::Topology
      spout Words
      bolt(Counter) { source Words, :global }
    end
  RUBY

  # Runs the methods of a test class.
  define_method(:minitest) do |body|
    test = "#{components}\nclass TheTest < Minitest::Test\n#{body}\n" \
           "def bolt = @bolt ||= Redgale::Testing.component(Counter)\n" \
           "def done = @done ||= Redgale::Testing.complete(Counting)\nend\n"
    Tempfile.create(["test", ".rb"]) do |file|
      file.write(test)
      file.close
      SpecProcess.ruby(file.path, timeout: 60)
    end
  end

  # What is said of an assertion that does not hold.
  def failure(assertion)
    result = minitest("def test_it\n#{assertion}\nend")
    expect(result.exitstatus).to eq(1), result.to_s
    result.stdout[/(?:Failure|Error):\nTheTest#test_it.*?:\n(.*?)\n\n(?:bin|rails|\d+ runs)/m, 1] || result.to_s
  end

  it "hold" do
    result = minitest(<<~RUBY)
      def test_emitted
        reply = bolt.receive_all([{ word: "a" }, { word: "b" }, { word: "a" }])
        assert_emitted reply, ["a", 2], ["a", 1]
        assert_emitted reply, { word: "a" }, times: 2
        assert_emitted reply, ["a", 1], ["b", 1], ["a", 2], only: true, in_order: true
        assert_emitted reply, [/b/, Integer]
        assert_emitted reply
        assert_emitted bolt.receive(word: "abracadabra"), "too long", on: :errors
        refute_emitted reply, ["c", 1]
        refute_emitted reply, on: :errors
        assert_emitted_nothing reply, on: :errors
        assert_emitted_nothing bolt.receive(word: "fails")
      end

      def test_decided
        reply = bolt.receive_all([{ word: "a" }, { word: "bad" }, { word: "fails" }])
        assert_acked reply, "a", only: true
        assert_failed reply, "bad", with: ArgumentError
        assert_failed reply, "bad", with: [ArgumentError, /bad here/]
        assert_failed reply, "fails", with: nil
        assert_failed reply, times: 2
      end

      def test_topologies
        assert_emitted done, ["a", 2], from: Counter
        assert_acked done, "a", "b", "a", only: true, from: Words
        assert_logged done, :warn, /counting/, times: 3
        Redgale::Testing.simulate(Counting, { Words => ["bad"] }, retries: 1) do |t|
          assert_retried t, "bad", with: "no bad here"
        end
      end
    RUBY

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to match(/^3 runs, 1[89] assertions, 0 failures, 0 errors/)
  end

  bad = %(\n  ["bad"]: ArgumentError: no bad here)
  { 'assert_emitted bolt.receive(word: "a"), ["a", 2]' =>
      %(expected `counter` to have emitted ["a", 2], but it emitted:\n  ["a", 1]),
    'assert_emitted bolt.receive(word: "bad"), message: "no words"' =>
      "no words.\nexpected `counter` to have emitted a tuple, but it emitted nothing\n" \
      "and raised:\n  ArgumentError: no bad here",
    'refute_emitted bolt.receive(word: "a"), { word: "a" }' =>
      %(expected `counter` not to have emitted {word: "a"}, but it emitted:\n  {word: "a", count: 1}),
    'assert_emitted_nothing bolt.receive(word: "a")' =>
      %(expected `counter` to have emitted nothing, but it emitted:\n  ["a", 1]),
    'assert_acked bolt.receive(word: "bad")' =>
      %(expected `counter` to have acked a tuple, but these failed:#{bad}),
    'assert_failed bolt.receive(word: "bad"), with: TypeError' =>
      "expected `counter` to have failed a tuple with TypeError, but these failed:#{bad}",
    "assert_retried done" =>
      "expected the topology to have retried a tuple, but these were acked:\n  [\"a\"]\n  [\"b\"]\n  [\"a\"]",
    'assert_logged bolt.receive(word: "a"), :error' =>
      "expected `counter` to have logged :error, but it logged:\n  warn counter: counting a" }.each do |test, words|
    it("fail: #{test}") { expect(failure(test)).to eq(words) }
  end

  it "refuse options that there are not" do
    expect(failure('assert_emitted bolt.receive(word: "a"), word: "a"'))
      .to start_with("ArgumentError: unknown option `word`; allowed: on, times, only, in_order, from, message; " \
                     "a tuple by field name is given in braces")
  end

  it "refuse what could never hold" do
    expect(failure('assert_emitted bolt.receive(word: "a"), ["a"]'))
      .to start_with('ArgumentError: assert_emitted: ["a"] cannot be a tuple of stream `default` of `counter`')
  end
end
