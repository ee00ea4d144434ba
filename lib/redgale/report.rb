# frozen_string_literal: true

require "json"

module Redgale
  # The account at the end of a run.
  # @api private
  class Report
    COLUMNS = %w[emitted transferred executed acked failed].freeze
    # What the end states mean, for people.
    STATES = { "finished" => "finished", "drained" => "drained", "stopped" => "stopped at once",
               "timed_out" => "ended by shutdown_timeout", "failed" => "ended by an error" }.freeze

    def initialize(report)
      @report = report
    end

    # @return [String] for people
    def text
      [headline, table, counters].compact.join("\n")
    end

    # @return [String] one line for machines; values that JSON cannot hold are inspected
    def json
      JSON.generate(plain(@report))
    end

    private

    def headline
      seconds = @report["seconds"]
      rate = seconds.positive? ? @report["acked"] / seconds : 0
      counts = { "acked" => "tuples acked", "failed" => "failures", "given_up" => "given up" }
      parts = counts.map { |key, words| "#{Progress.number(@report[key])} #{words}" }
      parts.insert(1, "#{Progress.number(rate)} tuples/s")
      parts << "#{Progress.number(@report['pending']['count'])} pending"
      "#{@report['topology']} #{STATES.fetch(@report['state'])} after #{format('%.2f', seconds)} s: #{parts.join(', ')}"
    end

    def table
      rows = @report["components"].map { |id, values| [id, *values.values_at(*COLUMNS).map { |n| Progress.number(n) }] }
      rows.unshift(["component", *COLUMNS])
      widths = rows.transpose.map { |column| column.map(&:size).max }
      rows.map do |first, *rest|
        "  #{first.ljust(widths.first)}#{rest.each_with_index.map { |cell, i| cell.rjust(widths[i + 1] + 2) }.join}"
      end.join("\n")
    end

    def counters
      lines = @report["counters"].flat_map do |id, named|
        named.map { |name, n| "  #{id} #{name}: #{Progress.number(n)}" }
      end
      lines.join("\n") if lines.any?
    end

    def plain(value)
      case value
      when Hash then value.to_h { |key, element| [key.is_a?(Symbol) ? key.to_s : text_of(key), plain(element)] }
      when Array then value.map { |element| plain(element) }
      when String then text_of(value)
      when Float then value.finite? ? value : value.to_s
      when nil, true, false, Integer then value
      else value.inspect
      end
    end

    def text_of(value)
      return value.to_s unless value.is_a?(String)

      text = value.encode(Encoding::UTF_8)
      text.valid_encoding? ? text : value.inspect
    rescue EncodingError
      value.inspect
    end
  end
end
