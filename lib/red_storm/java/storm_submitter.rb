# frozen_string_literal: true

require "redgale/errors"

module RedStorm
  module Java
    # backtype.storm.StormSubmitter: submits to a cluster, which Redgale does not have yet.
    module StormSubmitter
      # @raise [Redgale::NotAvailable]
      def self.submit_topology(name, *)
        raise Redgale::NotAvailable, "#{Redgale::NotAvailable.of('StormSubmitter', 'the cluster').message}; " \
                                     "LocalCluster runs `#{name}` in this process"
      end

      class << self
        %i[submitTopology submit_topology_with_opts submitTopologyWithOpts submit_topology_with_progress_bar
           submitTopologyWithProgressBar].each { |name| alias_method name, :submit_topology }
      end
    end
  end
end
