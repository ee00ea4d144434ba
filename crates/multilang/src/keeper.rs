//! Keeps the program of one task running: starts it, shakes hands, notices that it hangs, starts it again when it died.

use std::time::{Duration, Instant};

use redgale_codec::Value;

use crate::child::{Child, Heard};
use crate::handshake;
use crate::host::Host;
use crate::journal::{Journal, Origin};
use crate::protocol::{Level, Malformed, Message};

/// Wait before a program that died is started again; doubled for each further time.
const BACKOFF: Duration = Duration::from_millis(100);
/// Longest wait.
const BACKOFF_MOST: Duration = Duration::from_secs(30);
/// A program that ran for so long starts over with the shortest wait.
const GOOD_LIFE: Duration = Duration::from_secs(10);
/// A silent bolt is asked for a sign of life so often.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// Bytes of a message that are shown when it is wrong.
const SHOWN: usize = 200;

/// Why a program cannot go on. Its tuples fail, and it is started again.
#[derive(Clone, Debug)]
pub struct Fault(pub String);

#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // one for each task
enum Life {
    /// Not running; it is started at this time.
    Down(Instant),
    /// Started; it owes the answer to the handshake.
    Greeted(Child),
    /// Running.
    Up(Child),
}

/// The program of one task.
pub struct Keeper<'a> {
    host: &'a Host,
    executor: usize,
    component: &'a str,
    /// Its task.
    pub task: u32,
    life: Life,
    /// Pid that it told; of a wrapper this is another one than that of the process that was started.
    pid: Option<u32>,
    wait: Duration,
    up_since: Instant,
    /// Since when it does not take tuples; None while the first start is under way.
    down_since: Option<Instant>,
    /// Since when it owes an answer.
    asked: Option<Instant>,
    heard: Instant,
    /// Messages have come that were not looked at.
    pub unread: bool,
    ended: bool,
    settled: bool,
    timeout: Duration,
}

impl<'a> Keeper<'a> {
    /// For task `task` of executor `executor`; its program is started by the next [`Keeper::tend`].
    pub fn new(host: &'a Host, executor: usize, task: u32) -> Self {
        let plan = &host.shared.plan;
        let now = Instant::now();
        Keeper {
            host,
            executor,
            component: &plan.components[plan.executors[executor].component].id,
            task,
            life: Life::Down(now),
            pid: None,
            wait: BACKOFF,
            up_since: now,
            down_since: None,
            asked: None,
            heard: now,
            unread: false,
            ended: false,
            settled: false,
            timeout: host.shared.settings_of(executor).subprocess_timeout,
        }
    }

    /// Who it is, for the journal.
    pub fn origin(&self) -> Origin<'a> {
        Origin {
            component: self.component,
            task: self.task,
            pid: self.pid,
        }
    }

    /// The journal.
    pub fn journal(&self) -> &'a dyn Journal {
        &*self.host.journal
    }

    /// Whether the first start came to something: an answer, or an error that was told.
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// The program, if it takes messages.
    pub fn up(&mut self) -> Option<&mut Child> {
        match &mut self.life {
            Life::Up(child) => Some(child),
            _ => None,
        }
    }

    /// The program, if there is one.
    pub fn child(&mut self) -> Option<&mut Child> {
        match &mut self.life {
            Life::Up(child) | Life::Greeted(child) => Some(child),
            Life::Down(_) => None,
        }
    }

    /// How long it has been taking no tuples since it died.
    pub fn down_for(&self, now: Instant) -> Duration {
        self.down_since
            .map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }

    /// Notes that the program owes an answer from now on.
    pub fn ask(&mut self, now: Instant) {
        self.asked.get_or_insert(now);
    }

    /// Nobody reads what the program says at present: it owes nothing meanwhile.
    pub fn excuse(&mut self, now: Instant) {
        self.asked = self.asked.map(|_| now);
        self.heard = now;
    }

    /// Starts the program if it is time, and judges it.
    ///
    /// # Errors
    /// A program that did not answer in time.
    pub fn tend(&mut self, now: Instant) -> Result<(), Fault> {
        match &self.life {
            Life::Down(until) if *until <= now => self.start(now),
            Life::Down(_) => Ok(()),
            _ => match self.asked {
                Some(asked) if now.saturating_duration_since(asked) > self.timeout => Err(Fault(format!(
                    "it gave no sign of life for {} s (topology.subprocess.timeout.secs)",
                    self.timeout.as_secs_f64()
                ))),
                _ => Ok(()),
            },
        }
    }

    /// Whether the program should be asked for a sign of life (bolts).
    pub fn wants_heartbeat(&self, now: Instant) -> bool {
        matches!(self.life, Life::Up(_))
            && self.asked.is_none()
            && now.saturating_duration_since(self.heard) >= HEARTBEAT
    }

    /// When [`Keeper::tend`] has something to do next; `heartbeats`: whether it is asked for signs of life.
    pub fn due(&self, heartbeats: bool) -> Option<Instant> {
        match (&self.life, self.asked) {
            (Life::Down(until), _) => Some(*until),
            (_, Some(asked)) => Some(asked + self.timeout + Duration::from_millis(1)),
            (Life::Up(_), None) if heartbeats => Some(self.heard + HEARTBEAT),
            _ => None,
        }
    }

    fn start(&mut self, now: Instant) -> Result<(), Fault> {
        let host = self.host;
        let mut child = Child::start(host.shell(self.executor)).map_err(Fault)?;
        let message = handshake::message(&host.model, &host.shared, self.executor, self.task, host.pids.path());
        child.outgoing.push(|bytes| bytes.extend_from_slice(&message));
        child.write();
        self.asked = Some(now);
        self.heard = now;
        self.ended = false;
        self.life = Life::Greeted(child);
        Ok(())
    }

    /// Reads a chunk of what it says, its stderr too; `stdout`: whether that shall be read now.
    pub fn read(&mut self, now: Instant, stdout: bool) {
        let (journal, origin) = (self.journal(), self.origin());
        let Some(child) = self.child() else { return };
        child.listen(|line| journal.log(origin, Level::Info, line));
        if !stdout || self.ended {
            return;
        }
        let heard = self.child().map_or(Heard::Nothing, Child::read);
        match heard {
            Heard::Nothing => return,
            Heard::Something => {}
            Heard::End => self.ended = true,
        }
        // what is no answer to the handshake only puts it off
        self.asked = matches!(self.life, Life::Greeted(_)).then_some(now);
        self.heard = now;
        self.unread = true;
    }

    /// Whether its stdout has ended: when all messages that came are dealt with, [`Keeper::over`] tells how.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// What its end means.
    pub fn over(&mut self) -> Fault {
        let Some(child) = self.child() else {
            return Fault("it ended".to_owned());
        };
        child.let_end();
        let rest = child.frames.rest();
        if rest.iter().all(u8::is_ascii_whitespace) {
            Fault("it ended".to_owned())
        } else {
            Fault(format!("it ended within a message: {}", shown(rest)))
        }
    }

    /// Reads a message, and deals with those that mean the same for spouts and bolts; gives the others back.
    ///
    /// # Errors
    /// One that is not of the protocol.
    pub fn message<'m>(&mut self, bytes: &'m [u8], now: Instant) -> Result<Option<Message<'m>>, Fault> {
        let message = Message::read(bytes).map_err(|malformed| wrong(&malformed, bytes))?;
        let (journal, origin) = (self.journal(), self.origin());
        match message {
            Message::Log(level, line) => journal.log(origin, level, &line),
            Message::Error(what) => journal.error(origin, &format!("it reports: {what}")),
            Message::Metric(name, value) => self.metric(&name, &value),
            Message::Unknown(command) => {
                let sent = shown(bytes);
                journal.error(origin, &format!("it sent the unknown command `{command}`: {sent}"));
            }
            Message::Pid(pid) => self.greeted(pid, now),
            other if matches!(self.life, Life::Up(_)) => return Ok(Some(other)),
            _ => {
                let sent = shown(bytes);
                return Err(Fault(format!("it sent something else before its pid: {sent}")));
            }
        }
        Ok(None)
    }

    fn greeted(&mut self, pid: u32, now: Instant) {
        // a second answer says nothing new
        let life = std::mem::replace(&mut self.life, Life::Down(now));
        self.life = match life {
            Life::Greeted(child) => {
                self.pid = Some(pid);
                self.asked = None;
                self.up_since = now;
                self.down_since = None;
                self.settled = true;
                Life::Up(child)
            }
            other => other,
        };
    }

    fn metric(&self, name: &str, value: &Value) {
        match value {
            Value::Int(by) if *by >= 0 && !name.is_empty() => self.journal().count(self.origin(), name, *by as u64),
            _ => {
                let mut text = Vec::new();
                let _ = crate::json_write::write(value, &mut text);
                let what = "a metric here is a counter: it needs a name and a whole number from 0 to add";
                let text = String::from_utf8_lossy(&text).into_owned();
                self.journal()
                    .error(self.origin(), &format!("metric `{name}` with params {text}: {what}"));
            }
        }
    }

    /// The program cannot go on: ends it, tells why, and has it started again after a while.
    pub fn die(&mut self, fault: Fault, now: Instant) {
        let (journal, origin) = (self.journal(), self.origin());
        let life = std::mem::replace(&mut self.life, Life::Down(now));
        let was_up = matches!(life, Life::Up(_));
        let mut what = fault.0;
        if let Life::Greeted(child) | Life::Up(child) = life {
            let pid = child.pid();
            let ending = child.bury(|line| journal.log(origin, Level::Info, line));
            what = format!("{what} ({ending})");
            self.host.pids.forget(pid);
        }
        if let Some(pid) = self.pid {
            self.host.pids.forget(pid);
        }
        self.down_since.get_or_insert(now);
        if was_up && now.saturating_duration_since(self.up_since) >= GOOD_LIFE {
            self.wait = BACKOFF;
        }
        self.life = Life::Down(now + self.wait);
        let wait = self.wait.as_secs_f64();
        // told before the pid is forgotten
        journal.error(
            origin,
            &format!("{what}; its tuples fail, it is started again in {wait} s"),
        );
        self.wait = (self.wait * 2).min(BACKOFF_MOST);
        self.pid = None;
        self.asked = None;
        self.unread = false;
        self.ended = false;
        self.settled = true;
    }

    /// Gives the program away, to be ended.
    pub fn release(self) -> Option<Child> {
        match self.life {
            Life::Up(child) | Life::Greeted(child) => Some(child),
            Life::Down(_) => None,
        }
    }
}

/// A message of a program that means something impossible.
pub fn wrong(what: &Malformed, bytes: &[u8]) -> Fault {
    Fault(format!("{what}; it sent: {}", shown(bytes)))
}

/// The beginning of what a program sent.
pub fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)])
        .trim()
        .to_owned();
    if bytes.len() > SHOWN {
        format!("{text}... ({} bytes)", bytes.len())
    } else {
        text
    }
}
