# frozen_string_literal: true

require "red_storm"
require "support/process"

RSpec.describe "RedStorm's environment" do
  it "leaves ENV alone" do
    names = %w[GEM_PATH GEM_HOME]
    program = "before = ENV.to_h; require 'red_storm'; p ENV.to_h == before"
    result = SpecProcess.ruby("-e", program, env: names.to_h { |name| [name, nil] })

    expect([result.exitstatus, result.stdout]).to eq([0, "true\n"]), result.to_s
  end

  it "has the version of the API" do
    expect(RedStorm::VERSION).to eq("0.7.0.beta1")
  end

  it "has RedStorm's folders, below the working directory" do
    here = Dir.pwd
    expect([RedStorm::CWD, RedStorm::BASE_PATH, RedStorm::GEM_PATH]).to eq([here, here, "#{here}/target/gems/"])
    expect(RedStorm::TARGET_GEM_DIR).to eq("#{here}/target/gems/gems")
    expect(RedStorm::TARGET_SPECS_DIR).to eq("#{here}/target/gems/specifications")
    expect(RedStorm::TARGET_CLUSTER_JAR).to eq("#{here}/target/cluster-topology.jar")
    expect(RedStorm::DST_EXAMPLES).to eq("#{here}/examples")
    expect(RedStorm::DEFAULT_STORM_CONF_FILE).to eq(File.expand_path("~/.storm/storm.yaml"))
  end

  %w[TARGET_DIR TARGET_LIB_DIR TARGET_SRC_DIR TARGET_GEM_DIR TARGET_SPECS_DIR TARGET_CLASSES_DIR TARGET_DEPENDENCY_DIR
     TARGET_DEPENDENCY_UNPACKED_DIR TARGET_CLUSTER_JAR REDSTORM_HOME REDSTORM_JAVA_SRC_DIR REDSTORM_LIB_DIR
     SRC_EXAMPLES DST_EXAMPLES SRC_IVY_DIR DST_IVY_DIR DEFAULT_IVY_SETTINGS CUSTOM_IVY_SETTINGS
     DEFAULT_IVY_STORM_DEPENDENCIES CUSTOM_IVY_STORM_DEPENDENCIES DEFAULT_IVY_TOPOLOGY_DEPENDENCIES
     CUSTOM_IVY_TOPOLOGY_DEPENDENCIES].each do |name|
    it("has #{name}") { expect(RedStorm.const_get(name)).to be_a(String) }
  end

  it "loads without a home directory" do
    result = SpecProcess.ruby("-e", "require 'red_storm'; p RedStorm::DEFAULT_STORM_CONF_FILE", env: { "HOME" => nil })
    expect(result.stdout).to eq("nil\n"), result.to_s
  end

  it "knows the mode of the Ruby that runs, newer ones than 1.9 too" do
    expect(RedStorm.current_ruby_mode).to eq("1.9")
  end

  it "has JRuby's tokens for modes" do
    expect(%w[1.8 --1.8 1.9 --1.9].map { |mode| RedStorm.jruby_mode_token(mode) })
      .to eq(%w[RUBY1_8 RUBY1_8 RUBY1_9 RUBY1_9])
    expect([RedStorm.jruby_mode_token, RedStorm.jruby_mode_token("3.1")]).to eq(%w[RUBY1_9 RUBY1_9])
  end

  it "has a Java version, in the style of one" do
    expect(RedStorm.java_runtime_version).to match(/\A\d\.\d\z/)
  end

  it "has Loggable, which gives a class its logger" do
    logging = Class.new { include RedStorm::Loggable }
    expect([logging.log, logging.new.log]).to all(be_a(RedStorm::Java::Logger))
  end

  it "defines none of the Java side's names, outside of the launcher" do
    names = %w[Values Fields Tuple Config Backtype LocalCluster StormSubmitter TopologyBuilder OutputCollector Java
               TestWordSpout JRubyBolt JRubySpout JRubyShellBolt JRubyShellSpout JRUBY_VERSION]
    program = "require 'red_storm'; p #{names}.select { |name| Object.const_get(name) rescue false }; " \
              "p %i[java_import java org].select { |name| Object.private_method_defined?(name) }"
    result = SpecProcess.ruby("-e", program)

    expect(result.stdout).to eq("[]\n[]\n"), result.to_s
  end
end

RSpec.describe "The core" do
  it "does not know the layer: it names neither its files nor its classes" do
    root = File.expand_path("../..", __dir__)
    code = Dir[File.join(root, "{lib/redgale,crates/{topology,codec,engine},ext}/**/*.{rb,rs}"),
               File.join(root, "lib/redgale.rb")]
    named = code.select { |file| File.foreach(file).any? { |line| line[/\A[^#]*/].match?(/red_storm|RedStorm::/) } }

    expect(code.size).to be > 50
    expect(named).to eq([])
  end
end
