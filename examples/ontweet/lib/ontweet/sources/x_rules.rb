# frozen_string_literal: true

module Ontweet
  module Sources
    # The rules of a filtered stream: one for each term, marked with a tag, so that rules of other programs of the same
    # account are left alone. Rules are kept at X until somebody deletes them.
    class XRules
      TAG = "ontweet"

      # @param terms [Array<String>]
      def initialize(terms)
        @values = terms.map { |term| value(term) }.uniq
      end

      # @return [Array<String>] a rule for each term
      attr_reader :values

      # What makes the rules that exist those that are wanted: first what must go, because their number is limited.
      # @param existing [Hash] answer to GET .../rules
      # @return [Array<Hash>] bodies of POST .../rules
      def changes(existing)
        ours = Array(existing["data"]).select { |rule| rule["tag"] == TAG }
        surplus = ours.reject { |rule| @values.include?(rule["value"]) }
        missing = @values - ours.map { |rule| rule["value"] }
        changes = []
        changes << { "delete" => { "ids" => surplus.map { |rule| rule["id"] } } } if surplus.any?
        changes << { "add" => missing.map { |value| { "value" => value, "tag" => TAG } } } if missing.any?
        changes
      end

      # A rule that exists already, under another tag, is sent as well.
      # @param answer [Hash] to POST .../rules
      # @return [void]
      # @raise [Error] if X has refused a rule
      def self.check(answer)
        refused = Array(answer["errors"]).reject { |error| error["title"] == "DuplicateRule" }
        return if refused.empty?

        told = refused.map { |error| [error["value"], error["title"], *error["details"]].compact.join(": ") }
        raise Error, "X refuses a rule: #{told.join("; ")}"
      end

      private

      # Words that must all be there are written one after the other. What means something else in a rule is quoted.
      def value(term)
        term.delete('"').split.map { |word| plain?(word) ? word : "\"#{word}\"" }.join(" ")
      end

      def plain?(word) = word.match?(/\A[#@$]?[\p{L}\p{M}\p{N}_]+\z/) && word != "OR"
    end
  end
end
