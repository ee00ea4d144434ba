# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "A part of a later release" do
  include TopologyFile

  { "redgale/rspec" => "the testing kit", "redgale/minitest" => "the testing kit" }.each do |file, part|
    words = "`#{file}` is not available yet: it comes with #{part} in a later release"

    it "#{file}, required by a topology file, is refused by name" do
      result = local("require \"redgale\"\nrequire \"#{file}\"\n")

      expect(result.exitstatus).to eq(1)
      expect(result.stderr).to eq("redgale: topology.rb:2: #{words}\n")
      expect(result.stdout).to be_empty
    end

    it "#{file}, required by any other program, raises NotAvailable" do
      result = ruby(<<~RUBY)
        begin
          require "#{file}"
        rescue Redgale::NotAvailable => e
          puts e.message, e.is_a?(Redgale::Error)
        end
      RUBY

      expect(result.exitstatus).to eq(0), result.to_s
      expect(result.stdout).to eq("#{words}\ntrue\n")
    end
  end
end
