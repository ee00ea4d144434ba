# frozen_string_literal: true

require "tempfile"

module Bench
  # The text of the word counts: the one of examples/word_count, repeated until a run is long enough.
  module Text
    SOURCE = File.join(ROOT, "examples/word_count/kjv.txt")

    # Writes the text `times` over into a temporary file and yields its path.
    def self.repeated(times)
      Tempfile.create(["redgale-bench", ".txt"]) do |file|
        text = File.binread(SOURCE)
        times.times { file.write(text) }
        file.flush
        yield file.path
      end
    end
  end
end
