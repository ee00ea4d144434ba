# frozen_string_literal: true

require "tmpdir"
require "support/process"

RSpec.describe "redgale new" do
  redgale = File.join(SpecProcess::ROOT, "exe/redgale")
  env = { "RUBYLIB" => File.join(SpecProcess::ROOT, "lib") }

  it "makes a project that runs at once, and whose spec passes" do
    Dir.mktmpdir do |folder|
      made = SpecProcess.run(redgale, "new", "my_counts", chdir: folder)
      expect(made.exitstatus).to eq(0), made.to_s
      expect(made.stdout).to include("my_counts/topology.rb", "redgale local topology.rb")

      project = File.join(folder, "my_counts")
      ran = SpecProcess.run(redgale, "local", "topology.rb", chdir: project, env: env)
      expect(ran.exitstatus).to eq(0), ran.to_s
      expect(ran.stdout).to match(/\A\s+8  the\n/)
      expect(ran.stderr).to match(/4 tuples acked.*0 pending/)

      tested = SpecProcess.run("rspec", chdir: project, env: env)
      expect(tested.exitstatus).to eq(0), tested.to_s
      expect(tested.stdout).to include("3 examples, 0 failures")
    end
  end

  it "leaves what is there alone" do
    Dir.mktmpdir do |folder|
      Dir.mkdir(File.join(folder, "taken"))
      result = SpecProcess.run(redgale, "new", "taken", chdir: folder)
      expect(result.exitstatus).to eq(1)
      expect(result.stderr).to include("taken")
      expect(Dir.children(File.join(folder, "taken"))).to be_empty
    end
  end

  it "refuses names that give no Ruby class" do
    Dir.mktmpdir do |folder|
      %w[9lives class -x].each do |name|
        result = SpecProcess.run(redgale, "new", *("--" if name.start_with?("-")), name, chdir: folder)
        expect(result.exitstatus).to eq(2), result.to_s
      end
      expect(Dir.children(folder)).to be_empty
    end
  end
end
