//! The command line, and its form for Ruby.

use std::io::IsTerminal;

use clap::{Parser, Subcommand, ValueEnum};
use serde_json::{Map, Value, json};

use crate::red_storm::{Language, RedStorm};

/// What the exit codes mean; shown by `redgale local --help` and kept in docs/cli.md.
const EXIT_CODES: &str = "Exit codes:
  0    the topology finished or drained (also after INT or TERM)
  1    the file or the definition is wrong; nothing was run
  2    the command line is wrong
  3    the topology ended, but a tuple was given up after max_retries
  70   a worker was ended by an error (error_policy :die, or an Exception that no handler survives)
  75   shutdown_timeout passed with tuples pending or user code still running
  128+n a second INT or TERM
  any other: what user code gave to exit";

/// A stream processor for Ruby.
#[derive(Debug, Parser)]
#[command(name = "redgale", version, disable_help_subcommand = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new project: a topology with its specs, Gemfile and Rakefile
    New {
        /// Name of the project and of its folder: letters, digits, - and _, a letter first
        name: String,
    },
    /// Run a topology in this process
    #[command(after_help = EXIT_CODES)]
    Local(Local),
    /// Check a topology and draw it; exits with 1 and all problems if it is wrong
    Graph(Graph),
    /// Print versions
    Version,
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    #[command(flatten)]
    RedStorm(RedStorm),
}

/// What selects and configures a topology.
#[derive(Debug, clap::Args)]
pub struct Topology {
    /// A Ruby file with a class that inherits from Redgale::Topology
    file: String,
    /// Override a configuration key; VALUE is JSON if it parses, else a string
    #[arg(long, value_name = "KEY=VALUE", value_parser = setting)]
    set: Vec<(String, Value)>,
    /// What the topology's configure blocks get
    #[arg(long, value_name = "NAME", default_value = "local")]
    env: String,
    /// Which topology, if the file has several
    #[arg(long, value_name = "NAME")]
    topology: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Local {
    #[command(flatten)]
    topology: Topology,
    /// Drain and end after this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<f64>,
    /// Deep-freeze every emitted value and pass it through the codec: finds what would not work between processes
    #[arg(long)]
    strict: bool,
    /// Suspend message timeouts, for breakpoints
    #[arg(long)]
    debug: bool,
    /// Progress and report as JSON lines on stdout; what user code prints goes to stderr
    #[arg(long)]
    json: bool,
    /// Log filter: error, warn, info, debug, trace
    #[arg(long, value_name = "LEVEL", env = "REDGALE_LOG", default_value = "warn,redgale=info")]
    log: String,
    #[command(flatten)]
    pub red_storm: Language,
}

#[derive(Debug, clap::Args)]
pub struct Graph {
    #[command(flatten)]
    topology: Topology,
    /// How to draw it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    Text,
    Mermaid,
}

fn setting(text: &str) -> Result<(String, Value), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => {
            let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
            Ok((key.to_owned(), value))
        }
        _ => Err("expected KEY=VALUE, as in max_spout_pending=100 or input=words.txt".to_owned()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds.is_finite() => Ok(seconds),
        _ => Err("expected seconds above 0".to_owned()),
    }
}

impl Topology {
    fn to_map(&self, command: &str) -> Map<String, Value> {
        let set: Map<String, Value> = self.set.iter().cloned().collect();
        let pairs = [
            ("command", json!(command)),
            ("file", json!(self.file)),
            ("set", json!(set)),
            ("env", json!(self.env)),
            ("topology", json!(self.topology)),
        ];
        pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

impl Local {
    /// The command as Ruby gets it.
    pub fn to_json(&self) -> Value {
        let progress = match self.json {
            true => "json",
            false if std::io::stderr().is_terminal() => "terminal",
            false => "plain",
        };
        let mut map = self.topology.to_map("local");
        map.insert("timeout".into(), json!(self.timeout));
        map.insert("strict".into(), json!(self.strict));
        map.insert("debug".into(), json!(self.debug));
        map.insert("log".into(), json!(self.log));
        map.insert("progress".into(), json!(progress));
        Value::Object(map)
    }
}

impl Graph {
    /// The command as Ruby gets it.
    pub fn to_json(&self) -> Value {
        let mut map = self.topology.to_map("graph");
        let format = match self.format {
            Format::Text => "text",
            Format::Mermaid => "mermaid",
        };
        map.insert("format".into(), json!(format));
        Value::Object(map)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<Value, String> {
        let args = Args::try_parse_from(line.split(' ')).map_err(|error| error.to_string())?;
        match args.command {
            Command::Local(local) => Ok(local.to_json()),
            Command::Graph(graph) => Ok(graph.to_json()),
            _ => Ok(Value::Null),
        }
    }

    #[test]
    fn the_definition_of_the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn values_of_set_are_json_if_they_parse_and_strings_otherwise() {
        let json = parse("redgale local a.rb --set n=3 --set s=x=y --set list=[1,\"a\"] --set off=false --set empty=")
            .unwrap();
        assert_eq!(
            json["set"],
            json!({"n": 3, "s": "x=y", "list": [1, "a"], "off": false, "empty": ""})
        );
        assert_eq!(json["file"], "a.rb");
        assert_eq!(json["env"], "local");
        assert_eq!(json["timeout"], Value::Null);
    }

    #[test]
    fn a_set_without_a_key_and_a_timeout_that_is_no_time_are_refused_with_the_form() {
        assert!(
            parse("redgale local a.rb --set novalue")
                .unwrap_err()
                .contains("KEY=VALUE")
        );
        assert!(
            parse("redgale local a.rb --timeout 0")
                .unwrap_err()
                .contains("seconds above 0")
        );
        assert!(parse("redgale local a.rb --timeout soon").is_err());
        assert!(parse("redgale local").is_err());
    }

    #[test]
    fn flags_reach_ruby() {
        let json = parse("redgale local a.rb --strict --debug --json --timeout 1.5 --topology T --env test").unwrap();
        assert_eq!(
            (&json["strict"], &json["debug"], &json["progress"]),
            (&json!(true), &json!(true), &json!("json"))
        );
        assert_eq!(
            (&json["timeout"], &json["topology"], &json["env"]),
            (&json!(1.5), &json!("T"), &json!("test"))
        );
        assert_eq!(
            parse("redgale graph a.rb --format mermaid").unwrap()["format"],
            "mermaid"
        );
    }
}
