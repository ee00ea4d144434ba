# frozen_string_literal: true

require "fileutils"
require "rbconfig"
require "tmpdir"
require "support/process"

# exe/redgale in a folder of its own, with a shell script in the place of the binary.
RSpec.describe "exe/redgale" do
  around do |example|
    Dir.mktmpdir("redgale-stub") do |folder|
      @folder = File.realpath(folder)
      FileUtils.mkdir_p("#{@folder}/exe")
      FileUtils.cp(File.join(SpecProcess::ROOT, "exe/redgale"), "#{@folder}/exe")
      example.run
    end
  end

  def put_binary(lib)
    FileUtils.mkdir_p("#{lib}/redgale")
    script = "#!/bin/sh\necho \"$REDGALE_RUBY|$REDGALE_LIB|$RUBYLIB\"\nprintf '<%s>' \"$@\"\nexit 7\n"
    File.write("#{lib}/redgale/redgale-cli", script, perm: 0o755)
  end

  def redgale(*arguments, env: {})
    SpecProcess.run("#{@folder}/exe/redgale", *arguments, timeout: 10, env: { "RUBYLIB" => nil }.merge(env), chdir: "/")
  end

  it "becomes the binary of its checkout, telling it the Ruby and the library" do
    put_binary("#{@folder}/lib")
    result = redgale("local", "a file.rb", "--set", "x=*")

    expect(result.exitstatus).to eq(7)
    expect(result.stdout).to eq("#{RbConfig.ruby}|#{@folder}/lib|\n<local><a file.rb><--set><x=*>")
  end

  it "runs without arguments, too" do
    put_binary("#{@folder}/lib")

    expect(redgale.exitstatus).to eq(7)
  end

  it "finds a binary that was installed elsewhere on the load path, and makes Ruby look there" do
    put_binary("#{@folder}/extensions")
    result = redgale(env: { "RUBYLIB" => "#{@folder}/extensions" })

    expect(result.exitstatus).to eq(7)
    expect(result.stdout).to start_with("#{RbConfig.ruby}|#{@folder}/lib|#{@folder}/extensions")
  end

  it "says what to do when nothing is built" do
    result = redgale("version")

    expect(result).to have_attributes(exitstatus: 1, stdout: "")
    expect(result.stderr).to include("there is no #{@folder}/lib/redgale/redgale-cli", "bin/setup && rake compile")
  end

  it "costs less than 0.1 s" do
    put_binary("#{@folder}/lib")

    expect(Array.new(5) { redgale.seconds }.min).to be < 0.1
  end
end
