//! What the shell executors of a run share.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use redgale_codec::Value;
use redgale_engine::engine::Shared;
use redgale_topology::model::{Implementation, Kind, Model, Shell};

use crate::journal::Journal;
use crate::{bolt, spout, sys};

/// Runs the components of a model that are programs.
pub struct Host {
    /// The model.
    pub model: Model,
    /// The run.
    pub shared: Arc<Shared>,
    /// Takes what programs say.
    pub journal: Arc<dyn Journal>,
    /// Where programs leave their pids.
    pub pids: PidDir,
    /// What spouts left pending when they ended.
    pub left: Mutex<Vec<Left>>,
}

/// A tuple of a spout that was neither acked nor failed when the run ended.
#[derive(Clone, Debug)]
pub struct Left {
    /// Id of the component.
    pub component: String,
    /// The task that emitted it.
    pub task: u32,
    /// Its message id.
    pub id: Value,
}

impl Host {
    /// For a run of `model`.
    ///
    /// # Errors
    /// When no folder can be made for the pids.
    pub fn new(model: Model, shared: Arc<Shared>, journal: Arc<dyn Journal>) -> io::Result<Self> {
        let pids = PidDir::new()?;
        Ok(Host {
            model,
            shared,
            journal,
            pids,
            left: Mutex::default(),
        })
    }

    /// The executors that it runs: those of shell components.
    pub fn executors(model: &Model, shared: &Shared) -> Vec<usize> {
        let is_shell = |executor: &usize| {
            let component = &shared.plan.components[shared.plan.executors[*executor].component];
            matches!(
                model.components[component.model_index].implementation,
                Implementation::Shell(_)
            )
        };
        (0..shared.plan.executors.len()).filter(is_shell).collect()
    }

    /// Runs one of them on the calling thread until the run stops and its programs have ended. All signals should be blocked
    /// on this thread. `ready` is called when each of its programs has answered the handshake, or failed once.
    ///
    /// # Panics
    /// If the executor is not one of a shell component.
    pub fn run(&self, executor: usize, ready: impl FnOnce()) {
        let component = &self.shared.plan.components[self.shared.plan.executors[executor].component];
        match component.kind {
            Kind::Spout => spout::run(self, executor, ready),
            Kind::Bolt => bolt::run(self, executor, ready),
        }
    }

    /// How the programs of an executor are started.
    pub(crate) fn shell(&self, executor: usize) -> &Shell {
        let component = &self.shared.plan.components[self.shared.plan.executors[executor].component];
        match &self.model.components[component.model_index].implementation {
            Implementation::Shell(shell) => shell,
            other => unreachable!("{} is {other:?}", component.id),
        }
    }
}

/// How the names of such folders begin; then come the process id of the owner and a number.
const PIDS: &str = "redgale-pids-";

/// Removes the folders of processes that were ended at once. Those of other users stay: they cannot be removed.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name
            .to_str()
            .and_then(|name| name.strip_prefix(PIDS)?.split('-').next()?.parse().ok());
        if owner.is_some_and(|owner| !sys::is_there(owner)) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// A folder that is there as long as the run.
#[derive(Debug)]
pub struct PidDir {
    path: PathBuf,
    /// Process that made it: a forked child leaves it alone.
    owner: u32,
}

impl PidDir {
    fn new() -> io::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let owner = std::process::id();
        // programs run elsewhere: they need the whole path
        let folder = std::path::absolute(std::env::temp_dir())?;
        sweep(&folder);
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{PIDS}{owner}-{number}"));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(PidDir { path, owner }),
                // left behind by a process that had this id and was killed
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The program of this pid has ended.
    pub fn forget(&self, pid: u32) {
        let _ = fs::remove_file(self.path.join(pid.to_string()));
    }
}

impl Drop for PidDir {
    fn drop(&mut self) {
        if self.owner == std::process::id() {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
