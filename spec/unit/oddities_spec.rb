# frozen_string_literal: true

require "unit/support/problems"

RSpec.describe Redgale::Oddities do
  include Problems

  def warnings(made, **options)
    made.define(**options).check!.map { |warning| warning["message"] }
  end

  def spout_class(&block)
    Class.new(Redgale::Spout) do
      output_fields :n
      class_eval(&block)
    end
  end

  def warnings_of_spout(klass = spout_class { on_send { finish } }, &block)
    warnings(topology { spout(klass, id: :odd, &block) })
  end

  describe "keys" do
    it "warns of one that is a word, or nearly, wherever it is set" do
      made = topology do
        spout(Problems::Good, id: :other) { set "mesage_timeout_secs", 3 }
        configure do
          set "max_spout_pendin", 3
          set "workers", 2
        end
      end

      expect(warnings(made, overrides: { "shutdown-timeout" => 5 }))
        .to eq(["`max_spout_pendin` is a key of your own, which the engine does not read " \
                "(did you mean `max_spout_pending`?)",
                "`set \"workers\"` sets a key of your own; the engine's is `topology.workers`, or the word `workers`",
                "`shutdown-timeout` is a key of your own, which the engine does not read " \
                "(did you mean `shutdown_timeout`?)",
                "`mesage_timeout_secs` is a key of your own, which the engine does not read " \
                "(did you mean `message_timeout_secs`?)"])
    end

    it "says where" do
      place = here(1)
      made = topology { configure { set "num_worker", 3 } }

      expect(made.define.check!.map { |warning| warning["at"] }).to eq([place])
      expect(topology.define(overrides: { "num_worker" => 3 }).check!.map { |warning| warning["at"] }).to eq(["--set"])
    end

    it "says nothing of the user's own" do
      made = topology { configure { %w[input folder count my.workers spout debugging].each { |key| set key, 1 } } }

      expect(warnings(made, overrides: { "max_spout_pending" => 3, "depth" => 1 })).to be_empty
    end
  end

  describe "statements" do
    it "warns of those that need tracking, without it" do
      place = here(3)
      klass = spout_class do
        on_send(reliable: false) { finish }
        on_ack { |id| id }
        on_fail { |id| id }
        max_retries 3
      end
      why = "has no effect: with `reliable: false` tuples are not tracked"

      expect(warnings_of_spout(klass)).to eq(%w[on_ack on_fail max_retries].map { |word| "`#{word}` of `odd` #{why}" })
      made = topology { spout klass, id: :odd }
      expect(made.define.check!.first["at"]).to eq(place)
    end

    it "warns of max_retries where the spout owns its replay" do
      by_fail = spout_class do
        on_send { finish }
        max_retries 3
        def on_fail(_values) = nil
      end
      why = "has no effect: with `%s` the spout owns its replay"

      expect(warnings_of_spout(by_fail)).to eq(["`max_retries` of `odd` #{format(why, "on_fail")}"])
      expect(warnings_of_spout(spout_class { on_send(reliable: true) { finish } }) { max_retries 3 })
        .to eq(["`max_retries` of `odd` #{format(why, "on_send(reliable: true)")}"])
    end

    it "says nothing of those that have an effect" do
      expect(warnings_of_spout { max_retries 3 }).to be_empty
      expect(warnings_of_spout { on_ack { |values| values } }).to be_empty
      expect(warnings_of_spout { on_fail { |values| values } }).to be_empty
      expect(warnings_of_spout(spout_class { on_send(reliable: true) { finish } }) { on_fail { |id| id } }).to be_empty
      expect(warnings_of_spout(spout_class { on_send(reliable: false) { finish } })).to be_empty
    end

    it "says nothing of on_ack where tuples that are emitted by hand may have ids" do
      klass = spout_class do
        on_send(reliable: false, emit: false) { finish }
        on_ack { |id| id }
      end

      expect(warnings_of_spout(klass)).to be_empty
    end
  end
end
