# frozen_string_literal: true

# The word count of examples/, every major collection of which also moves objects.
GC.auto_compact = true

require_relative "../../examples/word_count/word_count"
