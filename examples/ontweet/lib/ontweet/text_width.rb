# frozen_string_literal: true

module Ontweet
  # How wide text is in a terminal, and text made to fit. What a stranger has written is shown without control
  # characters: they could move the cursor, or worse.
  module TextWidth
    # Two columns: East Asian scripts, full-width forms, and most emoji.
    WIDE = /[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/
    # None: combining marks, variation selectors and joiners.
    NARROW = /[\p{Mn}\p{Me}\p{Cf}]/

    module_function

    # @param text [String]
    # @return [Integer] columns
    def of(text) = text.each_char.sum { |char| columns(char) }

    # @param text [String]
    # @param width [Integer] columns
    # @return [String] exactly that wide, cut with `…` if it is longer, filled with spaces if it is shorter
    def fit(text, width)
      text = clean(text)
      text = cut(text, width) if of(text) > width
      text + (" " * (width - of(text)))
    end

    # @param text [String]
    # @return [String] without control characters
    def clean(text) = text.scrub("?").gsub(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/, "")

    # @api private
    def columns(char)
      return 0 if char.match?(NARROW)

      char.match?(WIDE) ? 2 : 1
    end

    # @api private
    def cut(text, width)
      return "" if width < 1

      left = width - 1
      text.each_char.take_while { |char| (left -= columns(char)) >= 0 }.join << "…"
    end
  end
end
