# frozen_string_literal: true

module Redgale
  # Where in the user's code a statement stands.
  # @api private
  module Place
    LIBRARY = "#{File.expand_path(__dir__)}/".freeze

    # "file:line" of the innermost frame outside of this library, as the file was named when it was loaded.
    def self.of_caller
      standing = Thread.current[:redgale_place]
      return standing if standing

      frame = caller_locations(2).find { |location| !inside?(location) }
      frame ? "#{short(frame.path)}:#{frame.lineno}" : ""
    end

    # While the block runs, statements count as standing at this place: for code that states what a user said elsewhere.
    # @param place [String] "file:line"
    def self.standing_at(place)
      before = Thread.current[:redgale_place]
      Thread.current[:redgale_place] = place
      yield
    ensure
      Thread.current[:redgale_place] = before
    end

    # Counts a further folder as the library's own.
    # @param folder [String] absolute path of a folder; a file of the same name beside it is part of it
    def self.hide(folder)
      @hidden = [*@hidden, "#{folder}/", "#{folder}.rb"]
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
      path.nil? || path.start_with?(LIBRARY, *@hidden) || path == "#{LIBRARY.chomp('/')}.rb"
    end

    # How lines of a backtrace begin that are the library's; a path may lead through links.
    OWN_LINES = [LIBRARY, "#{LIBRARY.chomp('/')}.rb:", "#{File.dirname(__FILE__)}/"].uniq.freeze
    private_constant :OWN_LINES

    # The first lines of a backtrace, without those of the library unless there are no others.
    # @param backtrace [Array<String>]
    # @param most [Integer]
    # @return [Array<String>]
    def self.frames(backtrace, most)
      found = backtrace.lazy.reject { |line| line.start_with?(*OWN_LINES, *@hidden) }.first(most)
      (found.empty? ? backtrace.first(most) : found).map { |line| short(line) }
    end

    # Paths below the working directory are shown relative to it.
    def self.short(path)
      here = "#{Dir.pwd}/"
      path.start_with?(here) ? path.delete_prefix(here) : path
    rescue SystemCallError
      path
    end
  end
end
