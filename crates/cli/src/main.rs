//! `redgale`: parses the command line; commands that load Ruby exec Ruby.
#![forbid(unsafe_code)]

mod args;
mod ruby;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Args, Command};

fn main() -> ExitCode {
    match Args::parse().command {
        Command::Local(local) => ruby::exec(&local.to_json()),
        Command::Graph(graph) => ruby::exec(&graph.to_json()),
        Command::Version => {
            println!("redgale {}", env!("CARGO_PKG_VERSION"));
            println!("ruby    {}", ruby::interpreter().display());
            ExitCode::SUCCESS
        }
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Args::command(), "redgale", &mut std::io::stdout());
            ExitCode::SUCCESS
        }
    }
}
