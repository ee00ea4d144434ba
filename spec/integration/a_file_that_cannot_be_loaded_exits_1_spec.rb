# frozen_string_literal: true

require "support/topology_file"

RSpec.describe "A topology file that cannot be loaded" do
  include TopologyFile

  def run(*arguments, files: {})
    in_folder(files) { |folder| SpecProcess.redgale(*arguments, chdir: folder) }
  end

  shared_examples "a refusal" do |message|
    it "exits with 1 and says so on stderr, for local and graph" do
      %w[local graph].each do |command|
        result = run(command, file, files: files)

        expect(result.exitstatus).to eq(1), result.to_s
        expect(result.stderr).to match(message)
        expect(result.stderr.lines.grep(/from .*redgale/)).to be_empty
        expect(result.stdout).to be_empty
      end
    end
  end

  context "because it is missing" do
    let(:file) { "missing.rb" }
    let(:files) { {} }

    it_behaves_like "a refusal", /\Aredgale: missing\.rb: no such file\n\z/
  end

  context "because it is a directory" do
    let(:file) { "." }
    let(:files) { {} }

    it_behaves_like "a refusal", /\Aredgale: \.: is a directory; a topology file is needed\n\z/
  end

  {
    "it is empty" => ["", /\Aredgale: file\.rb: is empty\n\z/],
    "it has no topology" => [
      "require 'redgale'\nclass A < Redgale::Bolt\nend\n",
      /\Aredgale: file\.rb: has no topology: a class that inherits from Redgale::Topology is needed\n\z/
    ],
    "its syntax is wrong" => ["require 'redgale'\nclass A < Redgale::Bolt\n  def (\nend\n",
                              /\Aredgale: syntax error: file\.rb:4: syntax error, unexpected `end'\n\z/],
    "it raises" => ["require 'redgale'\n\nraise ArgumentError, 'no such thing'\n",
                    /\Aredgale: file\.rb:3: ArgumentError: no such thing\n\z/],
    "it requires what is not there" => ["\nrequire 'nothing_like_this'\n",
                                        /\Aredgale: file\.rb:2: LoadError: cannot load such file -- nothing_like/],
    "it calls a method of nil" => ["require 'redgale'\nclass A < Redgale::Bolt\n  nil.bar\nend\n",
                                   /\Aredgale: file\.rb:3: NoMethodError: undefined method `bar' for nil:NilClass/],
    "it has a name that does not exist" => ["require 'redgale'\nclass A < Redgale::Blot\nend\n",
                                            /\Aredgale: file\.rb:2: NameError: .*Blot.*Did you mean\?  Redgale::Bolt/m],
    "it is not Ruby text" => ["\xFF\xFE\x00\x01".b, /\Aredgale: .*file\.rb/]
  }.each do |reason, (text, message)|
    context "because #{reason}" do
      let(:file) { "file.rb" }
      let(:files) { { "file.rb" => text } }

      it_behaves_like "a refusal", message
    end
  end

  it "names another file whose syntax is wrong" do
    result = run("local", "file.rb", files: { "file.rb" => "require_relative 'lib'\n", "lib.rb" => "def (\n" })

    expect(result.exitstatus).to eq(1)
    expect(result.stderr).to match(/\Aredgale: syntax error: lib\.rb:\d: syntax error/)
  end

  it "may choose its own exit code" do
    result = run("local", "file.rb", files: { "file.rb" => "require 'redgale'\nexit 4\n" })

    expect(result.exitstatus).to eq(4)
  end

  it "does not keep a sound file beside it from running" do
    result = run("local", "sound.rb", files: { "file.rb" => "raise", "sound.rb" => TopologyFile::SOUND })

    expect(result.exitstatus).to eq(0)
    expect(result.stdout.scan(/^\d$/)).to eq(%w[1 2 3])
  end
end
