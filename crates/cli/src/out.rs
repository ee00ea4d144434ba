//! Writing to stdout and stderr.

use std::io::{ErrorKind, Write, stderr, stdout};
use std::process::ExitCode;

/// Exit code of a command that could not write its answer (EX_IOERR).
const NOT_WRITTEN: u8 = 74;

/// Writes to stdout; a reader that has seen enough (`| head -1`) is no error.
pub fn print(text: &[u8]) -> ExitCode {
    match stdout().write_all(text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("cannot write to stdout: {error}"));
            ExitCode::from(NOT_WRITTEN)
        }
    }
}

/// Writes one line to stdout.
pub fn say(line: &str) -> ExitCode {
    print(format!("{line}\n").as_bytes())
}

/// Writes one line to stderr. The exit code says the same, so a line that cannot be written changes nothing.
pub fn complain(line: &str) {
    let _ = writeln!(stderr(), "redgale: {line}");
}
