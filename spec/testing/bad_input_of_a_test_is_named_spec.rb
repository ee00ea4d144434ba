# frozen_string_literal: true

require "support/kit"

RSpec.describe "Bad input of a test" do
  include Kit

  let(:words) do
    spout("Words") do
      output_fields :word
      stream :sized, :word, :size
      on_send { nil }
    end
  end

  let(:upper) do
    bolt("Upper") do
      output_fields :word
      on_receive { |tuple| tuple[:word].upcase }
    end
  end

  let(:whole) do
    from = words
    to = upper
    topology("Whole") do
      spout from
      bolt(to) { source from, :shuffle }
    end
  end

  def self.refuses(what, error = ArgumentError, message, &body)
    it("#{what} is refused: #{message}") { expect { instance_exec(&body) }.to raise_error(error, message) }
  end

  describe "to component" do
    refuses("what is no class", 'component takes a class, not "x"') { component("x") }
    refuses("a class that is none", "Nothing is no component: it is neither a Redgale::Spout or Redgale::Bolt, nor " \
                                    "has it `next_tuple` or `execute`") { component(define("Nothing")) }
    refuses("an unknown option", /unknown option of component `field`.*`fields`/m) { component(upper, field: [:a]) }
    refuses("an option that does not go with topology:", /unknown option of component `config`/) do
      component(upper, topology: whole, config: {})
    end
    refuses("a block beside topology:", "with `topology:` the component takes no block") do
      component(upper, topology: whole) { tick every: 1 }
    end
    refuses("fields of a spout", "`fields:` is for bolts: a spout reads nothing") { component(words, fields: [:a]) }
    refuses("fields and inputs", "one of `fields:` and `inputs:`, not both") do
      component(upper, fields: [:a], inputs: { x: [:a] })
    end
    refuses("a topology that is none", TypeError, "Redgale::Testing.component takes a topology, not 5") do
      component(upper, topology: 5)
    end
    refuses("a definition that is wrong", Redgale::DefinitionError,
            /bad_input_of_a_test_is_named_spec.rb:\d+: .*nope/) do
      component(upper, fields: [:word]) { set "topology.nope", 1 }
    end
    refuses("constructor arguments that do not fit", Redgale::DefinitionError, /Upper/) do
      component(upper, fields: [:word], with: { a: 1 })
    end
  end

  describe "to a bolt" do
    refuses("a first tuple without names", 'the fields of "a" are not known: name them by ' \
                                           "`component(..., fields: [...])`, or give the first tuple by name") do
      component(upper).receive("a")
    end
    refuses("a field whose name says the way", /is `from` a field\? Then name the fields/) do
      component(upper).receive(word: "a", from: "b")
    end
    refuses("too many values", '`input` has 1 field (:word), but ["a", "b"] has 2 values') do
      component(upper, fields: [:word]).receive("a", "b")
    end
    refuses("a wrong field", "`input` has 1 field (:word), but {:wort=>1} has no :word and an unknown :wort") do
      component(upper, fields: [:word]).receive(wort: 1)
    end
    refuses("an unknown stream", "`input` has no stream `odd`: it declares `default`") do
      component(upper, fields: [:word]).receive("a", stream: :odd)
    end
    refuses("an unknown input", /no component `users`: test has `input`, `upper`/) do
      component(upper, fields: [:word]).receive("a", from: :users)
    end
    refuses("an input that it does not read", "`upper` does not read `upper`: it reads `input`") do
      component(upper, fields: [:word]).receive("a", from: :upper)
    end
    refuses("a tuple of one of several inputs", "`upper` has several inputs (`a`, `b`): say which by `from:`") do
      component(upper, inputs: { a: [:word], b: [:word] }).receive("x")
    end
    refuses("a tuple on one of several streams", "`upper` reads several streams of `a` (`odd`, `even`): say which by " \
                                                 "`stream:`") do
      component(upper, inputs: { a: { odd: [:word], even: [:word] } }).receive("x")
    end
    refuses("a stream that it does not read", "`upper` does not read stream `sized` of `words`: it reads `default`") do
      component(upper, topology: whole).receive("x", 1, stream: :sized)
    end
    refuses("an unknown option", /unknown option of receive `form`.*fields are given as keywords alone/m) do
      component(upper, fields: [:word]).receive("a", form: :users)
    end
    refuses("a tick of what does not tick", Redgale::SimulationError,
            "`upper` does not tick: it has no `tick every:`") { component(upper, fields: [:word]).tick }
    refuses("time before its input is known", Redgale::SimulationError, /`upper` does not run yet: name the fields/) do
      component(upper).advance(1)
    end
    refuses("to be asked for a stream it does not declare", "`upper` has no stream `odd`: it declares `default`") do
      component(upper, fields: [:word]).receive("a").emitted(:odd)
    end
  end

  describe "to a spout" do
    refuses("no times", "a spout is asked a number of times from 1, not 0") { component(words).ask(0) }
    refuses("an ack of what is not pending",
            "no tuple with id or values 7 is pending: there are []") { component(words).ack(7) }
    refuses("negative time", "time goes on by seconds from 0, not by -1") { component(words).advance(-1) }
    refuses("time that is none", /not by "1"/) { component(words).advance("1") }
    refuses("endless time", "time goes on by seconds from 0, not by Infinity") { component(words).advance(1.0 / 0) }
  end

  describe "to complete and simulate" do
    refuses("what is no topology", TypeError, "Redgale::Testing.complete takes a topology, not 5") { complete(5) }
    refuses("what stands in, if it is no Hash", "what stands in is a Hash, not [1]") { simulate(whole, [1]) }
    refuses("an unknown component", /no component `wrods`.*did you mean `words`.*Whole has `words`, `upper`/mi) do
      complete(whole, wrods: [])
    end
    refuses("a class that is no component of it", /no component of whole is made of String: it has/) do
      complete(whole, String => [])
    end
    refuses("a class of several components", /several components of twice are made of Upper: use an id \(`a`, `b`\)/) do
      from = words
      to = upper
      twice = topology("Twice") do
        spout from
        bolt(to, id: :a) { source from, :shuffle }
        bolt(to, id: :b) { source from, :shuffle }
      end
      complete(twice, to => ->(_) {})
    end
    refuses("a tuple of the wrong size", '`words` has 1 field (:word), but ["a", 1] has 2 values') do
      complete(whole, words: [["a", 1]])
    end
    refuses("tuples that are none", "`words` is a spout: its tuples stand in for it, not 5") do
      complete(whole, words: 5)
    end
    refuses("an unknown stream", "`words` has no stream `odd`: it declares `default`, `sized`") do
      complete(whole, words: { odd: [["a"]] })
    end
    refuses("tuples of a stream that are none", /the tuples of `words` are an Array, or a Hash.*, not "a"/) do
      complete(whole, words: { default: "a" })
    end
    refuses("tuples for a bolt", /`upper` is a bolt: tuples are for spouts; a block stands in for it/) do
      complete(whole, words: [], upper: [["a"]])
    end
    refuses("a feed of what was not replaced", /`words` runs as it is: replace it by `simulate\(..., words: \[\]\)`/) do
      simulate(whole) { |t| t.feed words, ["a"] }
    end
    refuses("a feed of a bolt", "`upper` is a bolt: only spouts are fed") do
      simulate(whole) do |t|
        t.feed upper, ["a"]
      end
    end
    refuses("a feed after finish", Redgale::SimulationError, "a feeder that has finished cannot be fed") do
      simulate(whole, words: []) do |t|
        t.finish
        t.feed words, ["a"]
      end
    end
    refuses("configuration of an unknown key", Redgale::DefinitionError, /topology\.nope/) do
      complete(whole, set: { "topology.nope" => 1 })
    end
    refuses("a limit that is no time", /within: is a time from 0 in seconds, not "1"/) { complete(whole, within: "1") }
    refuses("a number of retries that is none", /retries: is a number from 0, not -1/) { complete(whole, retries: -1) }
    refuses("a set that is no Hash", /set: is a Hash of configuration, not 5/) { complete(whole, set: 5) }
    refuses("an option that is not simulate's", /no component `within`/) { simulate(whole, within: 5) }
  end
end
