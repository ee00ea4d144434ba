# frozen_string_literal: true

module Bench
  # What the program splits: six words, told apart by a number.
  module Sentences
    WORDS = 6

    def self.sentence(number)
      "the quick brown fox jumps #{number}"
    end
  end
end
