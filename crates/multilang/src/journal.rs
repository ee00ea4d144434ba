//! What programs say, for whoever runs the topology.

use crate::protocol::Level;

/// Who says it.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// Id of the component.
    pub component: &'a str,
    /// Id of the task.
    pub task: u32,
    /// Pid of the program, once it is known.
    pub pid: Option<u32>,
}

impl std::fmt::Display for Origin<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "task {}", self.task)?;
        match self.pid {
            Some(pid) => write!(out, " (pid {pid})"),
            None => Ok(()),
        }
    }
}

/// Takes what programs say. Called on the executors' threads, which wait for it.
pub trait Journal: Send + Sync {
    /// A line of its log, or of its stderr.
    fn log(&self, from: Origin<'_>, level: Level, line: &str);
    /// Something that is counted as an error of the component.
    fn error(&self, from: Origin<'_>, what: &str);
    /// Adds to a counter of the component.
    fn count(&self, from: Origin<'_>, counter: &str, by: u64);
}
