# frozen_string_literal: true

require "redgale/native"

module Redgale
  module Runtime
    # Programs that user code starts may use all cores, though the executor that starts them shares one with the others
    # (a new process inherits the cores of the thread that made it). Forks need no help: the native part sees them.
    #
    # Put in front of Ruby's own methods when the first topology runs; other threads pass straight through.
    # @api private
    module Spawning
      # Methods that start a program, by where Ruby has them.
      OWNERS = { ::Kernel => %i[spawn system ` exec], ::Kernel.singleton_class => %i[spawn system ` exec],
                 ::Process.singleton_class => %i[spawn exec], ::IO.singleton_class => %i[popen] }.freeze
      private_constant :OWNERS

      # Calls the block with the calling thread free to run anywhere.
      def self.apart
        shared = Native.leave_core
        yield
      ensure
        Native.share_core if shared
      end

      # Puts the wrappers in front; once.
      def self.install
        @install ||= OWNERS.each { |owner, names| owner.prepend(in_front_of(owner, names)) }
      end

      def self.in_front_of(owner, names)
        wrappers = Module.new do
          names.each do |name|
            define_method(name) do |*arguments, **options, &block|
              Spawning.apart { super(*arguments, **options, &block) }
            end
          end
        end
        names.each { |name| wrappers.__send__(:private, name) if owner.private_method_defined?(name) }
        wrappers
      end
      private_class_method :in_front_of
    end
  end
end
