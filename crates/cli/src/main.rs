//! `redgale`: parses the command line; commands that load Ruby exec Ruby.
#![forbid(unsafe_code)]

mod args;
mod ruby;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Args, Command};

fn main() -> ExitCode {
    match Args::parse().command {
        Command::Local(local) => ruby::exec(&local.to_json()),
        Command::Graph(graph) => ruby::exec(&graph.to_json()),
        Command::Version => {
            let (version, ruby) = (env!("CARGO_PKG_VERSION"), ruby::interpreter());
            print(format!("redgale {version}\nruby    {}\n", ruby.display()).as_bytes())
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "redgale", &mut script);
            print(&script)
        }
    }
}

/// Writes to stdout; a reader that has seen enough (`| head -1`) is no error.
fn print(text: &[u8]) -> ExitCode {
    match std::io::stdout().write_all(text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("redgale: cannot write to stdout: {error}");
            ExitCode::from(74)
        }
    }
}
