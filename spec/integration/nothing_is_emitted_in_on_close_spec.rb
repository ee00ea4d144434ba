# frozen_string_literal: true

require "support/topology_file"

# All components close together, so a tuple emitted in on_close would reach nobody: it is refused, not lost.
RSpec.describe "emit in on_close" do
  include TopologyFile

  topology = <<~RUBY
    class Numbers < Redgale::Spout
      output_fields :n
      on_send { finish }
      on_close { tell { emit 1 } }

      def tell
        yield
        puts "\#{context.component_id}: nothing was raised"
      rescue Redgale::Error => e
        puts "\#{context.component_id}: \#{e.class}"
      end
    end

    class Last < Redgale::Bolt
      output_fields :n
      on_receive { |tuple| puts "never: \#{tuple}" }
      on_close do
        emit 1, anchor: nil
        puts "last: nothing was raised"
      rescue Redgale::Error => e
        puts "last: \#{e.class}"
      end
    end

    class Reader < Redgale::Bolt
      on_receive { |tuple| puts "never: \#{tuple}" }
    end

    class ClosingTopology < Redgale::Topology
      spout Numbers
      bolt(Last) { source Numbers, :global }
      bolt(Reader) { source Last, :global }
    end
  RUBY

  it "raises ClosedError in spouts and bolts" do
    result = local(topology)

    expect(result.stdout.lines(chomp: true)).to contain_exactly("last: Redgale::ClosedError",
                                                                "numbers: Redgale::ClosedError"), result.to_s
  end
end
