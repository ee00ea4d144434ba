# frozen_string_literal: true

# Writes the Makefile by which RubyGems builds and installs the native part: one cargo call for the extension and the
# `redgale` binary, which then lie beside each other as redgale/redgale.so and redgale/redgale-cli. In a checkout
# `rake compile` does the same without a Makefile.
#
# Environment:
#   REDGALE_CARGO_PROFILE  cargo profile to build with (release)
#   CARGO_TARGET_DIR       where cargo builds; kept afterwards. Without it a checkout uses its target/, and an installed
#                          gem a folder of its own that is removed once the two files are in place.

require "rbconfig"

abort <<~TEXT unless system("cargo", "--version", out: File::NULL, err: File::NULL)
  redgale is built from Rust sources and needs cargo, which is not on the PATH.
  Install Rust 1.95 or newer (https://www.rust-lang.org/tools/install) and try again.
TEXT

root = File.expand_path("../..", __dir__)
profile = ENV.fetch("REDGALE_CARGO_PROFILE", "release")
own_target = File.join(Dir.pwd, "target")
checkout = File.exist?(File.join(root, ".git"))
target = File.expand_path(ENV.fetch("CARGO_TARGET_DIR") { checkout ? File.join(root, "target") : own_target })

File.write("Makefile", <<~MAKE)
  RUBY = #{RbConfig.ruby}
  root = #{root}
  sitearchdir = #{RbConfig::CONFIG["sitearchdir"]}
  target_prefix = /redgale
  profile = #{profile}
  target = #{target}
  built = $(target)/#{profile == "dev" ? "debug" : profile}
  folder = $(DESTDIR)$(sitearchdir)$(target_prefix)

  all: redgale.#{RbConfig::CONFIG["DLEXT"]} redgale-cli

  # cargo knows best what is up to date, so it is always asked.
  build: FORCE
  \tRUBY="$(RUBY)" cargo build --locked --profile $(profile) -p redgale-ext -p redgale-cli --manifest-path "$(root)/Cargo.toml" --target-dir "$(target)"

  redgale.#{RbConfig::CONFIG["DLEXT"]}: build
  \tcp "$(built)/libredgale.#{RbConfig::CONFIG["SOEXT"]}" $@

  redgale-cli: build
  \tcp "$(built)/redgale" $@

  install: all
  \tmkdir -p "$(folder)"
  \tcp redgale.#{RbConfig::CONFIG["DLEXT"]} redgale-cli "$(folder)/"
  \trm -rf "#{own_target}"

  clean:
  \trm -f redgale.#{RbConfig::CONFIG["DLEXT"]} redgale-cli

  distclean: clean
  \trm -rf "#{own_target}" Makefile

  FORCE:
  .PHONY: all build install clean distclean FORCE
MAKE
