# frozen_string_literal: true

# The constants and functions of RedStorm's environment. They exist for files that name them; ENV is left alone, and no
# folder of `target` is made or read.
module RedStorm
  # Folder in which the process began.
  CWD = Dir.pwd
  # What component files are named relative to.
  BASE_PATH = CWD
  # Folder of the gem.
  REDSTORM_HOME = File.expand_path("../..", __dir__)

  # Where RedStorm put what it built.
  TARGET_DIR = "#{CWD}/target".freeze
  # Where it copied its library.
  TARGET_LIB_DIR = "#{TARGET_DIR}/lib".freeze
  # Where it copied its Java sources.
  TARGET_SRC_DIR = "#{TARGET_DIR}/src".freeze
  # Where it put the gems of a topology.
  TARGET_GEM_DIR = "#{TARGET_DIR}/gems/gems".freeze
  # Where it put their specifications.
  TARGET_SPECS_DIR = "#{TARGET_DIR}/gems/specifications".freeze
  # Where it put compiled classes.
  TARGET_CLASSES_DIR = "#{TARGET_DIR}/classes".freeze
  # Where it put jars.
  TARGET_DEPENDENCY_DIR = "#{TARGET_DIR}/dependency".freeze
  # Where it unpacked them.
  TARGET_DEPENDENCY_UNPACKED_DIR = "#{TARGET_DIR}/dependency-unpacked".freeze
  # What it sent to a cluster.
  TARGET_CLUSTER_JAR = "#{TARGET_DIR}/cluster-topology.jar".freeze
  # What it set GEM_PATH and GEM_HOME to; here they are left alone.
  GEM_PATH = "#{TARGET_DIR}/gems/".freeze

  # Its Java sources.
  REDSTORM_JAVA_SRC_DIR = "#{REDSTORM_HOME}/src/main".freeze
  # Its library.
  REDSTORM_LIB_DIR = "#{REDSTORM_HOME}/lib".freeze

  # Examples of the gem.
  SRC_EXAMPLES = "#{REDSTORM_HOME}/examples".freeze
  # Where `examples` copies them.
  DST_EXAMPLES = "#{CWD}/examples".freeze

  # Its own dependency files.
  SRC_IVY_DIR = "#{REDSTORM_HOME}/ivy".freeze
  # A project's.
  DST_IVY_DIR = "#{CWD}/ivy".freeze
  # Settings of the dependency manager, its own.
  DEFAULT_IVY_SETTINGS = "#{SRC_IVY_DIR}/settings.xml".freeze
  # A project's.
  CUSTOM_IVY_SETTINGS = "#{DST_IVY_DIR}/settings.xml".freeze
  # Jars of Storm, its own list.
  DEFAULT_IVY_STORM_DEPENDENCIES = "#{SRC_IVY_DIR}/storm_dependencies.xml".freeze
  # A project's.
  CUSTOM_IVY_STORM_DEPENDENCIES = "#{DST_IVY_DIR}/storm_dependencies.xml".freeze
  # Jars of a topology, its own list.
  DEFAULT_IVY_TOPOLOGY_DEPENDENCIES = "#{SRC_IVY_DIR}/topology_dependencies.xml".freeze
  # A project's.
  CUSTOM_IVY_TOPOLOGY_DEPENDENCIES = "#{DST_IVY_DIR}/topology_dependencies.xml".freeze

  # Where a storm.yaml would be; without a home directory there is none.
  DEFAULT_STORM_CONF_FILE = ("#{Dir.home}/.storm/storm.yaml" if ENV.key?("HOME"))

  # Tokens of the two modes that JRuby 1.7 had.
  RUBY_MODES = { "1.8" => "RUBY1_8", "--1.8" => "RUBY1_8", "1.9" => "RUBY1_9", "--1.9" => "RUBY1_9" }.freeze

  class << self
    # The mode of the Ruby that runs: every Ruby since 1.9 is taken as "1.9".
    # @return [String]
    def current_ruby_mode
      RUBY_VERSION.start_with?("1.8") ? "1.8" : "1.9"
    end

    # @param version [String, nil] "1.8", "--1.8", "1.9" or "--1.9"
    # @return [String] JRuby's token for it; for anything else that of the current mode
    def jruby_mode_token(version = nil)
      RUBY_MODES.fetch(version) { RUBY_MODES.fetch(current_ruby_mode) }
    end

    # There is no JVM; the version that RedStorm was made for.
    # @return [String]
    def java_runtime_version
      "1.7"
    end
  end
end
