# frozen_string_literal: true

module Ontweet
  # What all sources make of a post. `hashtags` are those the source has named, without `#`; nil if it names none and
  # they stand only in the text. (A Struct, so `to_a` makes the values of a tuple of it.)
  Tweet = Struct.new(:id, :user, :text, :hashtags)
end
