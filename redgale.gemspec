# frozen_string_literal: true

Gem::Specification.new do |spec|
  spec.name = "redgale"
  # One number for gem and crates; it stands in the workspace manifest.
  spec.version = File.read(File.join(__dir__, "Cargo.toml"))[/^version = "(.+)"$/, 1]
  spec.summary = "Stream processing for Ruby on a Rust core"
  spec.description = <<~TEXT
    Redgale runs topologies of spouts and bolts written in a Ruby DSL on an engine written in Rust, with Apache Storm's
    guarantees: every tuple is tracked until it is fully processed, and replayed if it is not.
  TEXT
  spec.authors = ["The Redgale maintainers"]
  spec.license = "Apache-2.0"
  spec.required_ruby_version = ">= 3.1"
  spec.metadata["rubygems_mfa_required"] = "true"

  # The Rust sources go along because the gem is built where it is installed; the lock file makes that build repeatable.
  spec.files = Dir.chdir(__dir__) do
    # `redgale examples` copies the examples, `redgale new` fills the templates.
    examples = Dir.glob("examples/**/*", File::FNM_DOTMATCH).select { |path| File.file?(path) }.grep_v(/\.log\z/)
    [*examples, *Dir["{crates,ext}/**/*.{rs,rb,toml}", "lib/**/*.{rb,erb}", "exe/*", "docs/**/*.md", "*.md",
                     "Cargo.toml", "Cargo.lock", "LICENSE"]].sort
  end
  spec.extensions = ["ext/redgale/extconf.rb"]
  spec.bindir = "exe"
  spec.executables = ["redgale"]
end
