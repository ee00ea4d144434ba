# frozen_string_literal: true

require "redgale/commands/refusal"

module Redgale
  module Commands
    # A folder that was not there before, and is filled with files. If that fails midway everything that was made is
    # removed again. Nothing is ever overwritten.
    # @api private
    class NewFolder
      # What the user may do with every file, whatever the mode of the file it was made from.
      WRITABLE = 0o600

      # @param path [String] where it shall be
      # @yieldparam folder [NewFolder] to be filled
      # @return [NewFolder]
      # @raise [Refusal] if there is something already, or it cannot be made
      def self.make(path)
        folder = new(path)
        folder.claim
        folder.undo_unless_done { yield folder }
        folder
      end

      # @return [Array<String>] the files, relative to the folder
      attr_reader :files

      # @param path [String]
      def initialize(path)
        @path = path
        @files = []
        @made = []
      end

      # Makes the folder itself. mkdir is what decides between two that want the same.
      # @raise [Refusal]
      def claim
        make_folder(@path)
      rescue Errno::EEXIST
        raise Refusal, "#{@path} exists already; nothing was changed"
      rescue SystemCallError => e
        refuse(e)
      end

      # @param file [String] path relative to the folder
      # @param text [String] its bytes
      # @param mode [Integer] permissions; the umask takes some away
      def write(file, text, mode: 0o666)
        make_parents(file)
        path = File.join(@path, file)
        File.open(path, File::WRONLY | File::CREAT | File::EXCL | File::BINARY, mode | WRITABLE) do |target|
          @made << path
          target.write(text)
        end
        @files << file
      end

      # Removes what was made if the block raises, also for a signal.
      # @raise [Refusal]
      def undo_unless_done
        yield
        done = true
      rescue SystemCallError => e
        refuse(e)
      ensure
        undo unless done
      end

      private

      def make_folder(path)
        Dir.mkdir(path)
        @made << path
      end

      def make_parents(file)
        above = File.dirname(file).split("/") - ["."]
        above.each_index do |depth|
          path = File.join(@path, *above.first(depth + 1))
          make_folder(path) unless @made.include?(path)
        end
      end

      def undo
        @made.reverse_each { |path| File.directory?(path) ? Dir.rmdir(path) : File.unlink(path) }
      rescue SystemCallError => e
        raise Refusal, "#{@path} is incomplete and could not be removed: #{e.class.new.message}"
      end

      def refuse(error)
        raise Refusal, "cannot make #{@path}: #{error.class.new.message}; nothing was changed"
      end
    end
  end
end
