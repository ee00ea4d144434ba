# frozen_string_literal: true

require "redgale/commands/new_folder"

module Redgale
  module Commands
    # `redgale examples`: copies the examples that come with the gem to ./examples.
    # @api private
    class Examples
      # Where they are copied to, in the working directory.
      TARGET = "examples"

      # @param source [String] the folder of examples
      def initialize(source = File.expand_path("../../../examples", __dir__))
        @source = source
      end

      # @return [String] what was done, and how to go on
      # @raise [Refusal] if ./examples exists or cannot be made, or the gem has no examples
      def copy
        raise Refusal, "the examples are not there: there is no #{@source}" unless File.directory?(@source)

        NewFolder.make(TARGET) { |folder| files.each { |file| copy_file(file, folder) } }
        "copied to #{TARGET}/: #{names.join(', ')}\ntry: redgale local #{TARGET}/hello_world/hello_world.rb\n"
      end

      private

      def files
        Dir.glob("**/*", File::FNM_DOTMATCH, base: @source).select { |file| File.file?(path(file)) }.sort
      end

      def names
        Dir.children(@source).select { |name| File.directory?(path(name)) }.sort
      end

      def copy_file(file, folder)
        folder.write(file, File.binread(path(file)), mode: File.stat(path(file)).mode & 0o777)
      end

      def path(file)
        File.join(@source, file)
      end
    end
  end
end
