//! Ruby's log lines go the same way as the engine's: through `tracing` to stderr.

use std::io::{self, IsTerminal, Write};

use magnus::{Error, Ruby, function};
use tracing_subscriber::EnvFilter;

/// Sends log lines to stderr from now on; `filter`: as `info` or `warn,word_count=debug`. A second call changes nothing.
fn start(ruby: &Ruby, filter: String) -> Result<bool, Error> {
    let filter = EnvFilter::try_new(&filter).map_err(|error| {
        Error::new(
            ruby.exception_arg_error(),
            format!("cannot read the log filter `{filter}`: {error}"),
        )
    })?;
    let terminal = std::io::stderr().is_terminal();
    Ok(tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(move || Line { terminal })
        .with_ansi(terminal)
        .log_internal_errors(false)
        .try_init()
        .is_ok())
}

/// Writes a log line to stderr. One that cannot be written (a full disk, a reader that is gone) is dropped. On a terminal it first takes away the progress line, at whose start the cursor stands.
struct Line {
    terminal: bool,
}

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut stderr = io::stderr().lock();
        if self.terminal {
            let _ = stderr.write_all(b"\r\x1b[K");
        }
        let _ = stderr.write_all(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = io::stderr().flush();
        Ok(())
    }
}

/// Logs a message; `level`: error, warn, info, debug or trace. `component` is shown before it.
fn log(ruby: &Ruby, level: String, component: String, message: String) -> Result<(), Error> {
    let from = if component.is_empty() { "" } else { ": " };
    match level.as_str() {
        "error" => tracing::error!(target: "redgale", "{component}{from}{message}"),
        "warn" => tracing::warn!(target: "redgale", "{component}{from}{message}"),
        "info" => tracing::info!(target: "redgale", "{component}{from}{message}"),
        "debug" => tracing::debug!(target: "redgale", "{component}{from}{message}"),
        "trace" => tracing::trace!(target: "redgale", "{component}{from}{message}"),
        other => {
            let message = format!("no log level {other}: error, warn, info, debug, trace");
            return Err(Error::new(ruby.exception_arg_error(), message));
        }
    }
    Ok(())
}

/// Defines `Redgale::Native.log` and `.start_log`.
///
/// # Errors
/// What Ruby raises.
pub fn init(ruby: &Ruby) -> Result<(), Error> {
    let native = crate::native(ruby)?;
    native.define_module_function("start_log", function!(start, 1))?;
    native.define_module_function("log", function!(log, 3))
}
