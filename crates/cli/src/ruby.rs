//! Finding Ruby and the gem's library, and becoming that Ruby.

use std::env;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::out;

/// Runs the commands that load a topology file; a path below the library folder.
pub const TOPOLOGIES: &str = "redgale/boot.rb";
/// Runs the other commands that are written in Ruby.
pub const COMMANDS: &str = "redgale/commands/boot.rb";

/// `$REDGALE_RUBY`, else `ruby` on the PATH.
pub fn interpreter() -> PathBuf {
    env::var_os("REDGALE_RUBY").map_or_else(|| PathBuf::from("ruby"), PathBuf::from)
}

/// Folders that may hold the library: `$REDGALE_LIB`, else near the binary (a checkout's target folder, or the gem's own).
fn candidates() -> Vec<PathBuf> {
    if let Some(library) = env::var_os("REDGALE_LIB") {
        return vec![PathBuf::from(library)];
    }
    let Some(folder) = env::current_exe()
        .ok()
        .and_then(|path| path.parent().map(Path::to_path_buf))
    else {
        return Vec::new();
    };
    ["..", "../lib", "../../lib"]
        .iter()
        .map(|step| folder.join(step))
        .collect()
}

/// Replaces this process by Ruby running `command` (JSON) with `boot`. Returns only when that fails.
pub fn exec(boot: &str, command: &serde_json::Value) -> ExitCode {
    let candidates = candidates();
    let Some(library) = candidates.iter().find(|folder| folder.join(boot).is_file()) else {
        let tried = candidates
            .iter()
            .map(|folder| folder.display().to_string())
            .collect::<Vec<_>>()
            .join(", ");
        out::complain(&format!(
            "the gem's library was not found: no {boot} in {tried}; set REDGALE_LIB to its lib folder"
        ));
        return ExitCode::from(70);
    };
    let ruby = interpreter();
    let error = Command::new(&ruby)
        .arg("-I")
        .arg(library)
        .arg(library.join(boot))
        .arg(command.to_string())
        .exec();
    out::complain(&format!(
        "cannot run Ruby as {}: {error}; set REDGALE_RUBY to the interpreter",
        ruby.display()
    ));
    ExitCode::from(70)
}
