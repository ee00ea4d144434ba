# frozen_string_literal: true

require "digest"
require "fileutils"
require "tmpdir"
require "support/process"

# The gem, built and installed into an empty GEM_HOME, used from a folder outside the checkout.
RSpec.describe "gem install" do
  # The same folder each time, so that cargo's target folder, which is shared to save building all dependencies again,
  # does not collect the crates once per run.
  folder = File.join(Dir.tmpdir, "redgale-gem-#{Digest::SHA256.hexdigest(SpecProcess::ROOT)[0, 8]}")
  home = File.join(folder, "home")
  env = { "GEM_HOME" => home, "GEM_PATH" => home, "RUBYLIB" => nil, "REDGALE_LIB" => nil, "REDGALE_RUBY" => nil,
          "PATH" => "#{home}/bin:#{ENV.fetch("PATH")}" }

  before(:context) do
    FileUtils.rm_rf(folder)
    FileUtils.mkdir_p(home)
    gem = File.join(folder, "redgale.gem")
    @build = SpecProcess.run("gem", "build", "redgale.gemspec", "--output", gem)
    target = ENV.fetch("CARGO_TARGET_DIR", File.join(SpecProcess::ROOT, "target"))
    @install = SpecProcess.run("gem", "install", "--local", "--no-document", gem,
                               env: env.merge("CARGO_TARGET_DIR" => target), chdir: folder, timeout: 900)
  end

  after(:context) { FileUtils.rm_rf(folder) }

  it "builds and installs" do
    expect(@build).to have_attributes(exitstatus: 0, stdout: /Successfully built RubyGem/)
    expect(@install).to have_attributes(exitstatus: 0, stdout: /Successfully installed redgale-/)
  end

  it "puts extension and binary beside each other" do
    installed = Dir[File.join(home, "gems/redgale-*/lib/redgale/redgale{.so,-cli}")]

    expect(installed.map { |path| File.basename(path) }).to contain_exactly("redgale.so", "redgale-cli")
  end

  it "gives `require \"redgale\"` the installed library" do
    script = 'require "redgale"; puts $LOADED_FEATURES.grep(%r{/redgale/redgale\.so})'
    result = SpecProcess.run("ruby", "-e", script, env: env, chdir: folder)

    expect(result.exitstatus).to eq(0)
    expect(result.stdout).to start_with(home)
  end

  it "runs the word count outside the checkout" do
    FileUtils.cp(Dir[File.join(SpecProcess::ROOT, "examples/word_count/{word_count.rb,kjv.txt}")], folder)
    result = SpecProcess.run("redgale", "local", "word_count.rb", env: env, chdir: folder)

    expect(result.exitstatus).to eq(0)
    expect(result.stdout).to match(/^ +63919  the\n +51696  and$/)
  end
end
