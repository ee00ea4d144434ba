# frozen_string_literal: true

require "etc"

module RedStorm
  module Java
    # java.lang.System, as far as it does not need a JVM.
    module System
      # Where `println` goes.
      class Printer
        def initialize(&stream)
          @stream = stream
        end

        # Writes a line.
        def println(text = "")
          @stream.call.puts(text)
        end

        # Writes text.
        def print(text)
          @stream.call.print(text)
        end
      end

      OUT = Printer.new { $stdout }
      ERR = Printer.new { $stderr }
      private_constant :OUT, :ERR

      class << self
        # @return [Hash{String => String}] those properties that mean something here
        def properties
          { "java.runtime.version" => "none: Ruby #{RUBY_VERSION}", "java.version" => "none: Ruby #{RUBY_VERSION}",
            "java.vm.name" => RUBY_DESCRIPTION, "os.name" => RbConfig::CONFIG["host_os"],
            "os.arch" => RbConfig::CONFIG["host_cpu"], "user.dir" => Dir.pwd, "user.name" => Etc.getlogin.to_s,
            "java.io.tmpdir" => ENV.fetch("TMPDIR", "/tmp"), "file.separator" => "/", "line.separator" => "\n" }
        end
        alias getProperties properties
        alias get_properties properties

        # @return [String, nil]
        def get_property(name, default = nil)
          properties.fetch(name, default)
        end
        alias getProperty get_property

        # @return [String, Hash, nil]
        def getenv(name = nil)
          name ? ENV.fetch(name, nil) : ENV.to_h
        end

        # @return [Integer] milliseconds since 1970
        def current_time_millis
          Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond)
        end
        alias currentTimeMillis current_time_millis

        # @return [Integer] nanoseconds since some moment
        def nano_time
          Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
        end
        alias nanoTime nano_time

        # @return [Printer]
        def out
          OUT
        end

        # @return [Printer]
        def err
          ERR
        end

        # Starts a garbage collection.
        def gc
          GC.start
        end

        # Ends the program.
        def exit(status)
          ::Kernel.exit(status)
        end
      end
    end
  end
end
