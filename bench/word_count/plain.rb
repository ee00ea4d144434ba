# frozen_string_literal: true

# ruby plain.rb TEXT: the same work as a plain Ruby loop.

require_relative "../support/measured"

lines = File.readlines(ARGV.fetch(0), chomp: true)
counts = Hash.new(0)
Bench::Measured.start
lines.each { |l| l.split.map { |w| [w] }.each { |(w)| counts[w] += 1 } }
Bench::Measured.stop
Bench::Measured.print(lines: lines.size, **Bench::Measured.account(counts))
