# frozen_string_literal: true

require "fileutils"
require "redgale/version"
require "support/topology_file"

RSpec.describe "The commands of RedStorm" do
  include TopologyFile

  { ["deps"] => /\Aredgale deps: nothing to do: .*no JVM and no jars.*Bundler\n\z/,
    ["build"] => /\Aredgale build: nothing to do: .*run as it is.*\n\z/,
    ["build", "--1.6"] => /\Aredgale build: nothing to do/,
    ["bundle"] => /\Aredgale bundle: nothing to do: .*`bundle install`.*\n\z/,
    %w[bundle topology default] => /\Aredgale bundle: nothing to do/,
    ["install"] => /\Aredgale install: nothing to install: Redgale #{Redgale::VERSION} works with Ruby \d/,
    ["install", "--1.7"] => /\Aredgale install: nothing to install/ }.each do |arguments, line|
    it "say in one line that there is nothing to do: #{arguments.join(" ")}" do
      result = in_folder({}) do |folder|
        SpecProcess.redgale(*arguments, chdir: folder, timeout: 30).tap do
          expect(Dir.children(folder)).to eq(["parts.rb"])
        end
      end

      expect(result).to have_attributes(exitstatus: 0, stdout: line, stderr: "")
      expect(result.stdout.lines.size).to eq(1)
    end
  end

  { %w[jar lib] => "packaging", ["jar"] => "packaging", ["cluster", "topology.rb"] => "the cluster",
    ["cluster", "--1.9", "--config", "storm.yaml", "topology.rb"] => "the cluster",
    ["cluster"] => "the cluster" }.each do |arguments, part|
    it "name the part that is missing, and what to use until then: #{arguments.join(" ")}" do
      result = in_folder("topology.rb" => "puts 'loaded'") do |folder|
        SpecProcess.redgale(*arguments, chdir: folder, timeout: 10)
      end

      expect(result).to have_attributes(exitstatus: 69, stdout: "")
      expect(result.stderr).to start_with(
        "redgale: `#{arguments.first}` is not available yet: it comes with #{part} in a later release;"
      ).and(end_with("redgale local FILE\n"))
    end
  end

  it "are listed under a heading of their own" do
    help = SpecProcess.redgale("--help").stdout

    expect(help[/^Commands of RedStorm:\n(.*?)\n\n/m, 1].scan(/^ {2}(\w+)/).flatten)
      .to eq(%w[examples install deps build bundle jar cluster])
  end

  it "choose a Ruby for `local` without effect" do
    result = local(TopologyFile::SOUND, "--1.8", "--1.9")

    expect(result.exitstatus).to eq(0), result.to_s
    expect(result.stdout).to include("1\n2\n3\n")
    expect(result.stderr).to start_with("redgale: --1.8 has no effect: the topology runs on #{RbConfig.ruby}\n" \
                                        "redgale: --1.9 has no effect: the topology runs on #{RbConfig.ruby}\n")
  end

  it "exit with 74 if what they say cannot be written" do
    %w[deps install].each do |command|
      result = SpecProcess.run("sh", "-c", "#{RbConfig.ruby} exe/redgale #{command} >/dev/full")

      expect(result).to have_attributes(exitstatus: 74, stderr: /\Aredgale: cannot write to stdout: No space left/)
    end
  end

  describe "`examples`" do
    it "copies the examples, which run from there" do
      in_folder({}) do |folder|
        result = SpecProcess.redgale("examples", chdir: folder)
        ran = SpecProcess.redgale("local", "examples/hello_world/hello_world.rb", chdir: folder)
        copied, own = ["#{folder}/examples", "#{SpecProcess::ROOT}/examples"].map do |root|
          Dir.glob("**/*", File::FNM_DOTMATCH, base: root).select { |path| File.file?("#{root}/#{path}") }.sort
        end

        expect(result).to have_attributes(exitstatus: 0, stdout: %r{\Acopied to examples/: .*, word_count\n},
                                          stderr: "")
        expect(copied).to eq(own)
        expect(ran).to have_attributes(exitstatus: 0, stdout: "Hello\nworld\n")
        expect(FileUtils.identical?(*["#{folder}/examples", "#{SpecProcess::ROOT}/examples"].map do |root|
                                      "#{root}/word_count/kjv.txt"
                                    end)).to be(true)
      end
    end

    it "changes nothing if ./examples exists" do
      in_folder("examples" => "mine") do |folder|
        result = SpecProcess.redgale("examples", chdir: folder)

        expect(result).to have_attributes(exitstatus: 1, stdout: "",
                                          stderr: "redgale: examples exists already; nothing was changed\n")
        expect(File.read("#{folder}/examples")).to eq("mine")
      end
    end

    it "says that a folder cannot be written to" do
      result = SpecProcess.redgale("examples", chdir: "/sys")

      expect(result).to have_attributes(exitstatus: 1, stdout: "")
      expect(result.stderr).to match(/\Aredgale: cannot make examples: .+; nothing was changed\n\z/)
    end
  end

  # A library whose native part is what the spec puts there, and the binary.
  describe "`install`" do
    def install(native)
      Dir.mktmpdir do |folder|
        FileUtils.cp_r("#{SpecProcess::ROOT}/lib", folder)
        File.unlink("#{folder}/lib/redgale/redgale.so")
        File.write("#{folder}/lib/redgale/redgale.so", native) if native
        SpecProcess.run("#{folder}/lib/redgale/redgale-cli", "install", chdir: folder,
                                                                        env: { "REDGALE_LIB" => "#{folder}/lib" })
      end
    end

    { "is missing" => nil, "is broken" => "not a library" }.each do |state, native|
      it "exits with 1 if the native part #{state}" do
        result = install(native)

        expect(result).to have_attributes(exitstatus: 1, stdout: "")
        expect(result.stderr).to match(/\Aredgale: the native part does not work with Ruby #{RUBY_VERSION} \(/)
        expect(result.stderr).to include("redgale/redgale")
      end
    end
  end
end
