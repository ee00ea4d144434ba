//! The page that `redgale --help` shows. RedStorm's commands have a heading of their own there, which clap has no word
//! for: the lists are made of the definition of the command line.

use clap::builder::StyledStr;
use clap::{CommandFactory, Subcommand};

use crate::args::Args;
use crate::red_storm::RedStorm;

/// Columns from the left to what a command does.
const INDENT: usize = 15;

/// The definition of the command line, with its help.
pub fn command() -> clap::Command {
    let command = Args::command();
    let (red_storm, own): (Vec<_>, Vec<_>) = command.get_subcommands().partition(|one| is_red_storms(one));
    let template = format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n\nCommands:\n{}\nCommands of RedStorm:\n{}\nOptions:\n{{options}}",
        list(&own),
        list(&red_storm)
    );
    command.help_template(StyledStr::from(template))
}

fn is_red_storms(command: &clap::Command) -> bool {
    RedStorm::has_subcommand(command.get_name())
}

fn list(commands: &[&clap::Command]) -> String {
    let line = |one: &&clap::Command| {
        let about = one.get_about().map(ToString::to_string).unwrap_or_default();
        format!("  {:<width$}{about}\n", one.get_name(), width = INDENT - 2)
    };
    commands.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_listed_once_and_those_of_redstorm_apart() {
        let help = command().render_help().to_string();
        let (own, red_storm) = help.split_once("Commands of RedStorm:\n").unwrap();
        let listed =
            |text: &str, name: &str| text.contains(&format!("\n  {name} ")) || text.starts_with(&format!("  {name} "));

        for one in command().get_subcommands() {
            let expected = (!is_red_storms(one), is_red_storms(one));
            assert_eq!(
                (listed(own, one.get_name()), listed(red_storm, one.get_name())),
                expected,
                "{}",
                one.get_name()
            );
        }
        assert!(red_storm.contains("Options:\n  -h, --help"));
    }
}
