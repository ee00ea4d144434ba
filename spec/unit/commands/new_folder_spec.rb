# frozen_string_literal: true

require "tmpdir"
require "redgale/commands/new_folder"

RSpec.describe Redgale::Commands::NewFolder do
  refusal = Redgale::Commands::Refusal

  around { |example| Dir.mktmpdir { |folder| Dir.chdir(folder) { example.run } } }

  def everything = Dir.glob("**/*", File::FNM_DOTMATCH).reject { |path| path.end_with?(".") }.sort

  it "is filled with files in folders" do
    folder = described_class.make("new") do |made|
      made.write("a.txt", "a")
      made.write("b/c/d.txt", "d")
      made.write("b/e.txt", "e")
    end

    expect(folder.files).to eq(%w[a.txt b/c/d.txt b/e.txt])
    expect(everything).to eq(%w[new new/a.txt new/b new/b/c new/b/c/d.txt new/b/e.txt])
    expect(File.read("new/b/c/d.txt")).to eq("d")
  end

  it "keeps bytes as they are" do
    bytes = (0..255).map(&:chr).join.b
    described_class.make("new") { |made| made.write("a", bytes) }

    expect(File.binread("new/a")).to eq(bytes)
  end

  it "gives files a mode in which their owner may change them" do
    described_class.make("new") do |made|
      made.write("program", "", mode: 0o755)
      made.write("of_root", "", mode: 0o444)
    end

    expect(File.stat("new/program").mode & 0o700).to eq(0o700)
    expect(File.stat("new/of_root").mode & 0o700).to eq(0o600)
  end

  { "a file" => -> { File.write("new", "mine") }, "a folder" => -> { Dir.mkdir("new") },
    "a link that leads nowhere" => -> { File.symlink("nowhere", "new") } }.each do |what, put|
    it "is refused where #{what} is" do
      put.call
      before = File.lstat("new")

      expect { described_class.make("new") { |made| made.write("a", "") } }
        .to raise_error(refusal, "new exists already; nothing was changed") { |error|
          expect(error.exit_code).to eq(1)
        }
      expect(File.lstat("new").ino).to eq(before.ino)
      expect(everything).to eq(%w[new])
    end
  end

  it "is refused where the folder above is missing" do
    expect { described_class.make("above/new") { nil } }
      .to raise_error(refusal, "cannot make above/new: No such file or directory; nothing was changed")
  end

  it "leaves nothing behind if it cannot be filled" do
    make = lambda do
      described_class.make("new") do |made|
        made.write("a/b/c", "")
        made.write("d", "")
        raise Errno::ENOSPC
      end
    end

    expect(&make).to raise_error(refusal, "cannot make new: No space left on device; nothing was changed")
    expect(everything).to be_empty
  end

  it "leaves nothing behind of an interrupted write" do
    make = -> { described_class.make("new") { |made| made.write("a", "") && raise(Interrupt) } }

    expect(&make).to raise_error(Interrupt)
    expect(everything).to be_empty
  end

  it "does not remove what somebody else has put there" do
    make = lambda do
      described_class.make("new") do |made|
        made.write("a", "")
        File.write("new/theirs", "")
        raise Errno::ENOSPC
      end
    end

    expect(&make).to raise_error(refusal, /\Anew is incomplete and could not be removed: .*not empty/)
    expect(everything).to eq(%w[new new/theirs])
  end

  it "overwrites no file of its own either" do
    make = -> { described_class.make("new") { |made| 2.times { made.write("a", "") } } }

    expect(&make).to raise_error(refusal, /File exists/)
    expect(everything).to be_empty
  end
end
