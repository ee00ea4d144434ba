# frozen_string_literal: true

require "rbconfig"
require "redgale/version"
require "redgale/commands/refusal"

module Redgale
  module Commands
    # `redgale install`: there is nothing to install; what can be said is whether Redgale works with this Ruby.
    # @api private
    class Install
      # Seconds after which a run of one tuple counts as hanging; it takes milliseconds.
      MOST_SECONDS = 10

      # @return [String] what works
      # @raise [Refusal] if the native part is missing or does not work
      def check
        load_library
        acked = report["acked"]
        raise Refusal, "the native part does not work: of 1 tuple #{acked} were acked" unless acked == 1

        "redgale install: nothing to install: Redgale #{VERSION} works with Ruby #{RUBY_VERSION} (#{RbConfig.ruby})\n"
      end

      private

      def load_library
        require "redgale"
      rescue LoadError => e
        raise Refusal, "the native part does not work with Ruby #{RUBY_VERSION} (#{RbConfig.ruby}): #{e.message}"
      end

      # One tuple from a spout to a bolt, acked.
      def report
        Log.start("error")
        Redgale.run(topology, timeout: MOST_SECONDS)
      end

      def topology
        spout = Class.new(Spout) do
          output_fields :n
          on_init { @numbers = [1].each }
          on_send { @numbers.next }
        end
        bolt = Class.new(Bolt) { on_receive { nil } }
        Class.new(Topology) do
          name "install"
          spout(spout, id: :numbers)
          bolt(bolt, id: :nothing) { source :numbers, :global }
        end
      end
    end
  end
end
