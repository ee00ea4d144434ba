# frozen_string_literal: true

module RedStorm
  module DSL
    # RedStorm's default ids.
    module Underscore
      # The last part of a name, with `_` between each pair of a character and a capital, pairs taken from left to right
      # without overlap: WordCount -> word_count, HTTPSink -> h_tt_psink.
      # @param subject [Class, String, Symbol]
      # @return [String]
      def self.of(subject)
        subject.to_s.split("::").last.to_s.gsub(/(.)([A-Z])/, '\1_\2').downcase
      end
    end
  end
end
