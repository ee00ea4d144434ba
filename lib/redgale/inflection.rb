# frozen_string_literal: true

module Redgale
  # Default ids from class names.
  # @api private
  module Inflection
    # HTTPSink -> http_sink, My::SplitBolt -> split_bolt.
    def self.underscore(name)
      name.split("::").last.gsub(/([A-Z]+)([A-Z][a-z])/, '\1_\2').gsub(/([a-z\d])([A-Z])/, '\1_\2').downcase
    end
  end
end
