# frozen_string_literal: true

module Redgale
  # Where in the user's code a statement stands.
  # @api private
  module Place
    LIBRARY = "#{File.expand_path(__dir__)}/".freeze

    # "file:line" of the innermost frame outside of this library, as the file was named when it was loaded.
    def self.of_caller
      frame = caller_locations(2).find { |location| !inside?(location) }
      frame ? "#{short(frame.path)}:#{frame.lineno}" : ""
    end

    def self.of_block(block)
      file, line = block.source_location
      "#{short(file)}:#{line}"
    end

    # Where in the user's code an error came from; the block it was raised in if that is not known.
    def self.of_error(error, block)
      frame = error.backtrace_locations&.find { |location| !inside?(location) }
      frame ? "#{short(frame.path)}:#{frame.lineno}" : of_block(block)
    end

    def self.inside?(location)
      path = location.absolute_path
      path.nil? || path.start_with?(LIBRARY) || path == "#{LIBRARY.chomp('/')}.rb"
    end

    # Paths below the working directory are shown relative to it.
    def self.short(path)
      here = "#{Dir.pwd}/"
      path.start_with?(here) ? path.delete_prefix(here) : path
    end
  end
end
