# frozen_string_literal: true

module Ontweet
  # Hashtags of a post, as they are counted: lower case, without `#`, each once.
  module Hashtags
    # Letters, digits and `_` of any script, at least one of them no digit; not in the middle of a word or an address.
    IN_TEXT = %r{(?<![\p{L}\p{M}\p{N}_&/#])[#＃](?=[\p{N}_]*[\p{L}\p{M}])([\p{L}\p{M}\p{N}_]+)}

    module_function

    # @param text [String]
    # @param named [Array<String>, nil] those that the source has named; nil: look in the text
    # @return [Array<String>]
    def of(text, named = nil)
      (named || in_text(text)).map { |tag| tag.unicode_normalize(:nfc).downcase }.uniq
    end

    # @param text [String]
    # @return [Array<String>] as they are written
    def in_text(text)
      text.scan(IN_TEXT).flatten
    end
  end
end
