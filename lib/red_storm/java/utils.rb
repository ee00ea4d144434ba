# frozen_string_literal: true

module RedStorm
  module Java
    # backtype.storm.utils.Utils.
    module Utils
      # @param milliseconds [Integer]
      def self.sleep(milliseconds)
        ::Kernel.sleep(milliseconds / 1000.0)
        nil
      end
    end

    # java.lang.Thread, as far as topologies sleep with it.
    module Thread
      # @param milliseconds [Integer]
      def self.sleep(milliseconds)
        Utils.sleep(milliseconds)
      end
    end
  end
end
