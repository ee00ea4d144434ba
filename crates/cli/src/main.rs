//! `redgale`: parses the command line; commands that load Ruby exec Ruby.
#![forbid(unsafe_code)]

mod args;
mod help;
mod out;
mod red_storm;
mod ruby;

use std::process::ExitCode;

use clap::FromArgMatches;
use serde_json::json;

use args::{Args, Command};

fn main() -> ExitCode {
    let matches = help::command().get_matches();
    let args = Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match args.command {
        Command::New { name } => ruby::exec(ruby::COMMANDS, &json!({"command": "new", "name": name})),
        Command::Local(local) => {
            local.red_storm.warn(&ruby::interpreter());
            ruby::exec(ruby::TOPOLOGIES, &local.to_json())
        }
        Command::Graph(graph) => ruby::exec(ruby::TOPOLOGIES, &graph.to_json()),
        Command::Version => {
            let (version, ruby) = (env!("CARGO_PKG_VERSION"), ruby::interpreter());
            out::say(&format!("redgale {version}\nruby    {}", ruby.display()))
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut help::command(), "redgale", &mut script);
            out::print(&script)
        }
        Command::RedStorm(command) => command.run(),
    }
}
