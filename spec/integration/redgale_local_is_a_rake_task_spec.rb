# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "redgale/tasks" do
  include TopologyFile

  def rake(*task)
    in_folder("Rakefile" => 'require "redgale/tasks"', "topology.rb" => TopologyFile::SOUND) do |folder|
      lib = File.join(SpecProcess::ROOT, "lib")
      SpecProcess.run(RbConfig.ruby, "-I", lib, "-S", "rake", *task, chdir: folder)
    end
  end

  it "runs a topology" do
    result = rake("redgale:local[topology.rb]")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout.scan(/^\d$/)).to eq(%w[1 2 3])
  end

  it "says what is missing" do
    result = rake("redgale:local")

    expect(result.exitstatus).to eq(1)
    expect(result.stderr).to include("redgale:local needs a file: rake 'redgale:local[word_count.rb]'")
  end

  it "names the arguments of each task" do
    expect(rake("-T").stdout.scan(/^rake (\S+)/).flatten)
      .to contain_exactly("redgale:local[file]", "redgale:package[file]", "redgale:deploy[file,cluster]",
                          "redgale:list", "redgale:kill[name]")
  end

  %w[package deploy list kill].each do |task|
    it "says that redgale:#{task} comes later" do
      result = rake("redgale:#{task}")

      expect(result.exitstatus).to eq(1)
      expect(result.stderr).to match(/redgale:#{task} is not available yet: it comes with \w+ in a later release/)
    end
  end
end
