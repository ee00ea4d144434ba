//! One running program: its pipes, its end.

use std::fmt::Write as _;
use std::io::{self, ErrorKind, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use redgale_topology::model::Shell;

use crate::chatter::Chatter;
use crate::frame::{CHUNK, Frames, MAX_MESSAGE};
use crate::outgoing::Outgoing;
use crate::sys::{self, Interest, Signal};

/// How long a program whose stdout has ended may take to end, too.
const LAST_BREATH: Duration = Duration::from_millis(300);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(2);
/// How long the stderr of a program that has ended is read: another process may hold it.
const LAST_WORDS: usize = 16;

/// What a read of stdout gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Bytes.
    Something,
    /// Nothing now.
    Nothing,
    /// Nothing ever again.
    End,
}

/// A program that was started.
#[derive(Debug)]
pub struct Child {
    process: std::process::Child,
    /// Can be read when the process has ended; its stdout may go on, held by a process that it started.
    end: Option<OwnedFd>,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    talking: bool,
    stderr: Option<ChildStderr>,
    /// What came on stdout.
    pub frames: Frames,
    /// What goes to stdin.
    pub outgoing: Outgoing,
    /// What came on stderr.
    pub chatter: Chatter,
}

impl Child {
    /// Starts a program. The calling thread must outlive it: the kernel kills the program when that thread ends.
    ///
    /// # Errors
    /// What the system says, naming the program.
    pub fn start(shell: &Shell) -> Result<Child, String> {
        let mut command = Command::new(&shell.command);
        command
            .args(&shell.arguments)
            .envs(&shell.environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(directory) = &shell.directory {
            command.current_dir(directory);
        }
        sys::prepare(&mut command);
        let mut process = command.spawn().map_err(|error| failed(shell, &error))?;
        let pipes = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            unreachable!("all three were asked for")
        };
        for fd in [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()] {
            sys::set_nonblocking(fd).map_err(|error| failed(shell, &error))?;
        }
        sys::note_group(process.id());
        Ok(Child {
            end: sys::watch_end(process.id()),
            process,
            stdin: Some(stdin),
            stdout,
            talking: true,
            stderr: Some(stderr),
            frames: Frames::new(MAX_MESSAGE),
            outgoing: Outgoing::default(),
            chatter: Chatter::new(Instant::now()),
        })
    }

    /// Its process id, also the id of its process group.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// What it waits for; `read`: whether its stdout shall be read now.
    pub fn interests(&self, read: bool, list: &mut Vec<Interest>) {
        if read {
            list.push(Interest::new(&self.stdout, true, false));
            list.extend(self.end.as_ref().map(|end| Interest::new(end, true, false)));
        }
        if let Some(stdin) = &self.stdin
            && !self.outgoing.is_empty()
        {
            list.push(Interest::new(stdin, false, true));
        }
        if let Some(stderr) = &self.stderr {
            list.push(Interest::new(stderr, true, false));
        }
    }

    /// Reads a chunk of stdout into `frames`. It ends with the process, even if another one holds the pipe.
    pub fn read(&mut self) -> Heard {
        match self.read_pipe() {
            // what it wrote before its end has come by then
            Heard::Nothing if self.has_ended() => match self.read_pipe() {
                Heard::Nothing => Heard::End,
                heard => heard,
            },
            heard => heard,
        }
    }

    fn read_pipe(&mut self) -> Heard {
        loop {
            match self.stdout.read(self.frames.room()) {
                Ok(0) => return Heard::End,
                Ok(count) => {
                    self.frames.filled(count);
                    return Heard::Something;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Heard::Nothing,
                Err(_) => return Heard::End,
            }
        }
    }

    /// Writes what stdin takes; whether there is nothing left to write. A program that closed its stdin is not written to any
    /// more; that it cannot answer then shows by itself.
    pub fn write(&mut self) -> bool {
        let Some(stdin) = &mut self.stdin else {
            self.outgoing = Outgoing::default();
            return true;
        };
        match self.outgoing.write_to(stdin) {
            Ok(done) => done,
            Err(_) => {
                self.stdin = None;
                self.outgoing = Outgoing::default();
                true
            }
        }
    }

    /// Reads a chunk of stderr and gives the lines to log; whether there may be more.
    pub fn listen(&mut self, log: impl FnMut(&str)) -> bool {
        let Some(stderr) = &mut self.stderr else { return false };
        let mut chunk = [0; CHUNK / 8];
        match stderr.read(&mut chunk) {
            Ok(0) => self.stderr = None,
            Ok(count) => {
                self.chatter.take(&chunk[..count], Instant::now(), log);
                return true;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => return true,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => self.stderr = None,
        }
        false
    }

    /// Whether the process has ended.
    pub fn has_ended(&self) -> bool {
        sys::has_ended(self.pid())
    }

    /// Ends its input: a program of the protocol ends itself then.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
        self.outgoing = Outgoing::default();
    }

    /// Throws away what it still writes.
    pub fn ignore(&mut self) {
        self.talking = self.talking && self.read() != Heard::End;
        self.frames = Frames::new(0);
    }

    /// Whether [`Child::ignore`] has not met the end of its stdout.
    pub fn is_talking(&self) -> bool {
        self.talking
    }

    /// Asks it and what it started to end.
    pub fn terminate(&self) {
        sys::signal_group(self.pid(), Signal::Term);
    }

    /// Gives a program whose stdout has ended the time to end by itself, so that its status is its own.
    pub fn let_end(&self) {
        let deadline = Instant::now() + LAST_BREATH;
        while !self.has_ended() && Instant::now() < deadline {
            thread::sleep(LOOK);
        }
    }

    /// Kills it, whatever it started in its process group, and waits for its end. Gives how it ended, in words; `log` gets
    /// what was left on its stderr.
    pub fn bury(mut self, mut log: impl FnMut(&str)) -> String {
        let ran = !self.has_ended();
        // while nobody has waited for it the id of its group is its own
        sys::signal_group(self.pid(), Signal::Kill);
        // it may have gone to another group
        let _ = self.process.kill();
        self.close_stdin();
        // its id may be another process's as soon as it was waited for
        sys::forget_group(self.pid());
        let status = self.process.wait();
        for _ in 0..LAST_WORDS {
            if !self.listen(&mut log) {
                break;
            }
        }
        self.chatter.close(&mut log);
        let mut words = if ran {
            "it was killed".to_owned()
        } else {
            ending(status)
        };
        for (index, line) in self.chatter.last().enumerate() {
            let _ = write!(
                words,
                "{}\n    {line}",
                if index == 0 { "; the last of its stderr:" } else { "" }
            );
        }
        words
    }
}

fn failed(shell: &Shell, error: &io::Error) -> String {
    let directory = shell
        .directory
        .as_deref()
        .map_or(String::new(), |directory| format!(" in {directory}"));
    format!("`{}` cannot be started{directory}: {error}", shell.command)
}

fn ending(status: io::Result<ExitStatus>) -> String {
    match status {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => format!("exit status {code}"),
            (None, Some(signal)) => format!("signal {signal}"),
            (None, None) => status.to_string(),
        },
        // somebody else in this process waited for it
        Err(_) => "unknown status".to_owned(),
    }
}
