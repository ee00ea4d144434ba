//! RedStorm's commands: what they were needed for, or what to use instead.

use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use crate::{out, ruby};

/// Exit code of a command whose part of Redgale does not exist yet (EX_UNAVAILABLE).
const NOT_AVAILABLE: u8 = 69;

const DEPS: &str = "redgale deps: nothing to do: Redgale needs no JVM and no jars, and gems come with Bundler";
const BUILD: &str = "redgale build: nothing to do: a topology is run as it is, and the native part came with the gem";
const BUNDLE: &str = "redgale bundle: nothing to do: a topology uses the gems that are installed, those of a Gemfile by \
                      `bundle install`; packing them comes with the cluster in a later release";

#[derive(Debug, Subcommand)]
pub enum RedStorm {
    /// Copy the examples that come with Redgale to ./examples
    Examples,
    /// Check that Redgale works here; there is nothing to install
    Install(Jvm),
    /// Nothing to do: there are no jars to download
    Deps,
    /// Nothing to do: nothing has to be compiled
    Build(Jvm),
    /// Nothing to do: gems are used where they are installed
    Bundle {
        /// Groups of the Gemfile; accepted and not looked at
        #[arg(value_name = "GROUP")]
        groups: Vec<String>,
    },
    /// Not available yet: comes with packaging in a later release
    Jar {
        /// Folders to pack; accepted and not looked at
        #[arg(value_name = "DIR")]
        folders: Vec<String>,
    },
    /// Not available yet: comes with the cluster in a later release
    Cluster(Cluster),
}

/// RedStorm's choice of a JVM.
#[derive(Debug, clap::Args)]
pub struct Jvm {
    /// Without effect: RedStorm's choice of a JVM
    #[arg(long = "1.6")]
    one_six: bool,
    /// Without effect: RedStorm's choice of a JVM
    #[arg(long = "1.7")]
    one_seven: bool,
}

/// RedStorm's choice of JRuby's language level.
#[derive(Debug, clap::Args)]
pub struct Language {
    /// Without effect, with a warning: RedStorm's choice of Ruby 1.8
    #[arg(long = "1.8")]
    one_eight: bool,
    /// Without effect, with a warning: RedStorm's choice of Ruby 1.9
    #[arg(long = "1.9")]
    one_nine: bool,
}

#[derive(Debug, clap::Args)]
pub struct Cluster {
    /// A topology file; accepted and not looked at
    file: Option<String>,
    /// Storm's configuration file; accepted and not looked at
    #[arg(long, value_name = "STORM_YAML")]
    config: Option<String>,
    #[command(flatten)]
    language: Language,
}

impl Language {
    /// Says that what was chosen has no effect.
    pub fn warn(&self, interpreter: &Path) {
        for (given, switch) in [(self.one_eight, "--1.8"), (self.one_nine, "--1.9")] {
            if given {
                out::complain(&format!(
                    "{switch} has no effect: the topology runs on {}",
                    interpreter.display()
                ));
            }
        }
    }
}

impl RedStorm {
    /// Does it, or says why there is nothing to do or nothing to do it with.
    pub fn run(&self) -> ExitCode {
        match self {
            Self::Examples => ruby::exec(ruby::COMMANDS, &json!({"command": "examples"})),
            Self::Install(_) => ruby::exec(ruby::COMMANDS, &json!({"command": "install"})),
            Self::Deps => out::say(DEPS),
            Self::Build(_) => out::say(BUILD),
            Self::Bundle { .. } => out::say(BUNDLE),
            Self::Jar { .. } => missing("jar", "packaging"),
            Self::Cluster(_) => missing("cluster", "the cluster"),
        }
    }
}

fn missing(command: &str, part: &str) -> ExitCode {
    out::complain(&format!(
        "`{command}` is not available yet: it comes with {part} in a later release; \
         until then a topology runs on this machine, with nothing to pack: redgale local FILE"
    ));
    ExitCode::from(NOT_AVAILABLE)
}
