//! Executors of spouts that are programs: one thread, one program for each task, all in one poll(2).
//!
//! A program is asked for one thing at a time and answers `sync`. One that never asked for task ids gets all acks and fails
//! that are due, and one `next`, in one write; a program that waits for ids may expect them as the very next message.
//!
//! A program owns its replay: what it emitted under an id comes back to it as ack or fail of that id. When it dies its pending
//! tuples are counted as failed and forgotten, for the one that takes its place does not know their ids.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use redgale_codec::Value;
use redgale_engine::batch::NativeRows;
use redgale_engine::clock::{Nanos, nanos};
use redgale_engine::ledger::{Completion, Verdict};
use redgale_engine::mailbox::Mail;
use redgale_engine::pending::Outcome;
use redgale_engine::phase::Phase;
use redgale_engine::spout::SpoutCore;

use crate::bell::Bell;
use crate::closing;
use crate::host::{Host, Left};
use crate::keeper::{Fault, Keeper, wrong};
use crate::protocol::{self, Command, Emit, Level, Malformed, Message};
use crate::rows::{Asked, Streams, row};
use crate::sys::{self, Interest};

/// A program that emitted nothing is asked again after this, and after twice as long each further time.
const IDLE: Duration = Duration::from_millis(1);
/// Longest time between two questions.
const IDLE_MOST: Duration = Duration::from_millis(10);
/// Longest sleep of an executor that waits for room.
const GLANCE: Duration = Duration::from_millis(100);

/// Runs spout executor `executor` until the run stops.
pub fn run(host: &Host, executor: usize, ready: impl FnOnce()) {
    Spout::new(host, executor).live(ready);
}

struct Task<'a> {
    keeper: Keeper<'a>,
    /// What it shall be told.
    commands: VecDeque<Command>,
    /// Whether each command that it has not answered yet was `next`.
    asked: VecDeque<bool>,
    /// It asked for task ids once.
    wants_ids: bool,
    /// Whether it was told that the topology is active.
    active: bool,
    emitted: bool,
    idle: Duration,
    idle_until: Nanos,
}

/// A pending tuple.
struct Open {
    position: u32,
    id: Value,
}

struct Spout<'a> {
    host: &'a Host,
    executor: usize,
    core: SpoutCore<NativeRows>,
    streams: Streams,
    tasks: Vec<Task<'a>>,
    /// By slot.
    open: Vec<Option<Open>>,
    bell: Bell,
    max_pending: usize,
    tracking: bool,
    blocked: bool,
    debug: bool,
}

impl<'a> Spout<'a> {
    fn new(host: &'a Host, executor: usize) -> Self {
        let shared = &host.shared;
        let settings = shared.settings_of(executor);
        let core = SpoutCore::new(Arc::clone(shared), executor, |_| NativeRows::default());
        let tasks = shared.plan.executors[executor].tasks.iter().map(|task| Task {
            keeper: Keeper::new(host, executor, *task),
            commands: VecDeque::new(),
            asked: VecDeque::new(),
            wants_ids: false,
            active: false,
            emitted: false,
            idle: IDLE,
            idle_until: 0,
        });
        Spout {
            host,
            executor,
            streams: Streams::new(shared, &core.outbox),
            core,
            tasks: tasks.collect(),
            open: Vec::new(),
            bell: Bell::new().expect("a pipe can be made"),
            max_pending: settings.max_spout_pending,
            tracking: settings.tracking,
            blocked: false,
            debug: settings.debug,
        }
    }

    fn live(mut self, ready: impl FnOnce()) {
        let (mut mail, mut outcomes, mut interests) = (Mail::default(), Vec::new(), Vec::new());
        let mut ready = Some(ready);
        while self.host.shared.phase.get() != Phase::Stopping {
            let now = Instant::now();
            self.host.shared.mailboxes[self.executor].take(&mut mail);
            self.core.outcomes(&mut mail.completions, &mut outcomes);
            for (slot, outcome) in outcomes.drain(..) {
                self.decided(slot, outcome);
            }
            for position in 0..self.tasks.len() {
                if let Err(fault) = self.tend(position, now) {
                    self.lose(position, fault, now);
                }
            }
            if let Some(ready) = ready.take_if(|_| self.tasks.iter().all(|task| task.keeper.is_settled())) {
                ready();
            }
            self.flush();
            self.fall_silent();
            self.sleep(now, &mut interests);
            let now = Instant::now();
            for position in 0..self.tasks.len() {
                self.read(position, now);
            }
        }
        if let Some(ready) = ready {
            ready();
        }
        self.close();
    }

    /// What became of a tuple: its program is told.
    fn decided(&mut self, slot: u32, outcome: Outcome) {
        self.core.count(outcome);
        self.core.pending.close(slot);
        if let Some(Open { position, id }) = self.open[slot as usize].take() {
            let task = &mut self.tasks[position as usize];
            task.commands.push_back(match outcome {
                Outcome::Acked => Command::Ack(id),
                Outcome::Failed | Outcome::TimedOut => Command::Fail(id),
            });
        }
    }

    /// Whether a program has emitted more than it was asked for: `next` is not sent to one that has as many pending tuples as
    /// it may, so only a turn may end beyond that, or a program that emits on its own.
    fn is_gated(&self, position: usize) -> bool {
        let pending = self.core.pending.of_task(position as u32) as usize;
        let turn = !self.tasks[position].asked.is_empty();
        pending
            >= if turn {
                self.max_pending.saturating_mul(2)
            } else {
                self.max_pending
            }
    }

    /// Whether what a program says is read now.
    fn listens(&mut self, position: usize) -> bool {
        let ignored = |keeper: &mut Keeper<'_>| keeper.child().is_some_and(|child| child.outgoing.is_ignored());
        !self.blocked && !self.is_gated(position) && !ignored(&mut self.tasks[position].keeper)
    }

    fn tend(&mut self, position: usize, now: Instant) -> Result<(), Fault> {
        let gated = self.is_gated(position);
        let Task { keeper, asked, .. } = &mut self.tasks[position];
        if self.blocked || gated {
            keeper.excuse(now);
        }
        // after each sign of life it owes the next
        if !asked.is_empty() {
            keeper.ask(now);
        }
        keeper.tend(now)?;
        if keeper.up().is_some() && asked.is_empty() && !self.blocked {
            self.ask(position, now);
        }
        if let Some(child) = self.tasks[position].keeper.child() {
            child.write();
        }
        Ok(())
    }

    /// Sends what a program shall do next.
    fn ask(&mut self, position: usize, now: Instant) {
        let phase = self.host.shared.phase.get();
        let task = &mut self.tasks[position];
        let wanted = phase == Phase::Active;
        if task.active != wanted && phase != Phase::Starting {
            task.active = wanted;
            task.commands
                .push_front(if wanted { Command::Activate } else { Command::Deactivate });
        }
        let pending = self.core.pending.of_task(position as u32) as usize;
        let ready = self.host.shared.clock.now() >= task.idle_until;
        let next = task.active && ready && pending < self.max_pending && (task.commands.is_empty() || !task.wants_ids);
        let most = if task.wants_ids { 1 } else { task.commands.len() };
        let commands: Vec<Command> = task.commands.drain(..most.min(task.commands.len())).collect();
        let Some(child) = task.keeper.up() else { return };
        for command in commands.iter().chain(next.then_some(&Command::Next)) {
            child.outgoing.push(|bytes| protocol::command(command, bytes));
            task.asked.push_back(*command == Command::Next);
        }
        if !task.asked.is_empty() {
            task.keeper.ask(now);
        }
    }

    fn flush(&mut self) {
        self.blocked = false;
        while let Some(mailbox) = self.core.flush() {
            if !mailbox.watch_room(&self.bell.waker) || self.host.shared.phase.get() == Phase::Stopping {
                self.blocked = true;
                return;
            }
        }
    }

    /// The run drains: tells it when all programs know and have handed on what they still had.
    fn fall_silent(&mut self) {
        let silent = |task: &mut Task<'_>| {
            let done = !task.active && task.asked.is_empty() && !task.keeper.unread;
            done || task.keeper.up().is_none()
        };
        if self.host.shared.phase.get() == Phase::Draining && !self.blocked && self.tasks.iter_mut().all(silent) {
            self.host.shared.fall_silent(self.executor);
        }
    }

    fn sleep(&mut self, now: Instant, interests: &mut Vec<Interest>) {
        let host = self.host;
        let shared = &host.shared;
        let unread = (0..self.tasks.len()).any(|position| self.listens(position) && self.tasks[position].keeper.unread);
        // what nobody reads was acked at once: its program can be told
        let talk = |task: &Task<'_>| task.asked.is_empty() && !task.commands.is_empty();
        let talk = !self.blocked
            && self
                .tasks
                .iter_mut()
                .any(|task| talk(task) && task.keeper.up().is_some());
        let timeout = if unread || talk || shared.mailboxes[self.executor].watch(&self.bell.waker) {
            Some(Duration::ZERO)
        } else {
            let clock = shared.clock.now();
            let phase = shared.phase.get();
            let until = |due: Nanos| Duration::from_nanos(due.saturating_sub(clock));
            let lives = self.tasks.iter().filter_map(|task| task.keeper.due(false));
            let lives = lives.min().map(|due| due.saturating_duration_since(now));
            let pending = &self.core.pending;
            let asks = self.tasks.iter_mut().enumerate().filter_map(|(position, task)| {
                let room = (pending.of_task(position as u32) as usize) < self.max_pending;
                let may = phase == Phase::Active && room && task.asked.is_empty() && task.keeper.up().is_some();
                may.then(|| until(task.idle_until))
            });
            let asks = if self.blocked { Some(GLANCE) } else { asks.min() };
            [lives, asks, pending.next_due().map(until)].into_iter().flatten().min()
        };
        interests.clear();
        interests.push(Interest::new(&self.bell.pipe, true, false));
        for position in 0..self.tasks.len() {
            let listens = self.listens(position);
            if let Some(child) = self.tasks[position].keeper.child() {
                child.interests(listens, interests);
            }
        }
        if sys::poll(interests, timeout).is_err() {
            // out of memory: the next try may do
            std::thread::sleep(GLANCE);
        }
        if interests[0].is_ready() {
            self.bell.clear();
        }
    }

    fn read(&mut self, position: usize, now: Instant) {
        let listens = self.listens(position);
        let keeper = &mut self.tasks[position].keeper;
        keeper.read(now, listens);
        if !listens || !keeper.unread {
            return;
        }
        let result = self.messages(position, now);
        let keeper = &mut self.tasks[position].keeper;
        let result = match result {
            Ok(()) if keeper.has_ended() && !keeper.unread => Err(keeper.over()),
            other => other,
        };
        if let Err(fault) = result {
            self.lose(position, fault, now);
        }
    }

    /// Deals with the messages that came, until room is lacking.
    fn messages(&mut self, position: usize, now: Instant) -> Result<(), Fault> {
        let Some(child) = self.tasks[position].keeper.child() else {
            return Ok(());
        };
        let mut frames = child.frames.lend();
        let result = loop {
            match frames.next_message() {
                Err(too_long) => break Err(Fault(too_long.to_string())),
                Ok(None) => {
                    self.tasks[position].keeper.unread = false;
                    break Ok(());
                }
                Ok(Some(bytes)) => {
                    if let Err(fault) = self.message(position, bytes, now) {
                        break Err(fault);
                    }
                }
            }
            if self.core.outbox.is_full() {
                self.flush();
                if self.blocked {
                    break Ok(());
                }
            }
        };
        if let Some(child) = self.tasks[position].keeper.child() {
            child.frames = frames;
        }
        result
    }

    fn message(&mut self, position: usize, bytes: &[u8], now: Instant) -> Result<(), Fault> {
        match self.tasks[position].keeper.message(bytes, now)? {
            Some(Message::Emit(emit)) => self.emit(position, emit, bytes),
            Some(Message::Sync) => {
                self.answered(position);
                Ok(())
            }
            Some(_) => Err(wrong(&Malformed::Part("only a bolt acks and fails tuples"), bytes)),
            None => Ok(()),
        }
    }

    /// A program did what it was asked.
    fn answered(&mut self, position: usize) {
        let task = &mut self.tasks[position];
        // a sync that nobody waits for (after an error that a library tells) means nothing
        if task.asked.pop_front() != Some(true) {
            return;
        }
        if std::mem::take(&mut task.emitted) {
            task.idle = IDLE;
            task.idle_until = 0;
        } else {
            task.idle_until = self.host.shared.clock.now() + nanos(task.idle);
            task.idle = (task.idle * 2).min(IDLE_MOST);
        }
    }

    fn emit(&mut self, position: usize, emit: Emit<'_>, bytes: &[u8]) -> Result<(), Fault> {
        let refused = |why: String| Fault(format!("{why}; it sent: {}", crate::keeper::shown(bytes)));
        let (stream, to) = self.streams.check(&emit).map_err(refused)?;
        if !emit.anchors.is_empty() {
            return Err(wrong(&Malformed::Part("a spout has no tuples to anchor to"), bytes));
        }
        let task = &mut self.tasks[position];
        task.emitted = true;
        let reply = emit.need_task_ids && emit.task.is_none();
        task.wants_ids |= reply;
        let mut tasks = Vec::new();
        let row = row(emit.values);
        let mut keys = Asked::new(&row, reply.then_some(&mut tasks));
        let (from, length, number) = (task.keeper.task, bytes.len(), position as u32);
        match emit.id {
            Some(id) if self.tracking => {
                match self.core.emit(number, from, stream, to, &row, length, &mut keys) {
                    // nobody reads it
                    None => task.commands.push_back(Command::Ack(id)),
                    Some(slot) => {
                        let slots = self.open.len().max(slot as usize + 1);
                        self.open.resize_with(slots, || None);
                        self.open[slot as usize] = Some(Open { position: number, id });
                    }
                }
            }
            id => {
                self.core.emit_untracked(from, stream, to, &row, length, &mut keys);
                task.commands.extend(id.map(Command::Ack));
            }
        }
        if self.debug {
            let line = format!("emits on `{}`", self.streams.name(stream));
            self.host.journal.log(task.keeper.origin(), Level::Info, &line);
        }
        if reply && let Some(child) = task.keeper.up() {
            child.outgoing.push_urgent(|bytes| protocol::task_ids(&tasks, bytes));
            child.write();
        }
        Ok(())
    }

    /// The program of a task died or is to be ended: nobody is left to be told what becomes of its tuples.
    fn lose(&mut self, position: usize, fault: Fault, now: Instant) {
        let task = &mut self.tasks[position];
        task.keeper.die(fault, now);
        task.commands.clear();
        task.asked.clear();
        task.active = false;
        task.emitted = false;
        task.idle_until = 0;
        for slot in 0..self.open.len() {
            if self.open[slot]
                .as_ref()
                .is_some_and(|open| open.position == position as u32)
            {
                self.open[slot] = None;
                self.forget(slot as u32);
            }
        }
    }

    fn forget(&mut self, slot: u32) {
        let failed = Completion {
            slot,
            generation: self.core.pending.generation(slot),
            verdict: Verdict::Failed,
        };
        if let Some(outcome) = self.core.pending.decide(failed) {
            self.core.count(outcome);
            self.core.pending.close(slot);
        }
    }

    fn close(self) {
        let mut left = self.host.left.lock().unwrap_or_else(PoisonError::into_inner);
        for Open { position, id } in self.open.into_iter().flatten() {
            let origin = self.tasks[position as usize].keeper.origin();
            left.push(Left {
                component: origin.component.to_owned(),
                task: origin.task,
                id,
            });
        }
        drop(left);
        let journal = &*self.host.journal;
        let program = |task: Task<'a>| {
            let origin = task.keeper.origin();
            task.keeper.release().map(|child| (origin, child))
        };
        closing::close(self.tasks.into_iter().filter_map(program).collect(), journal);
    }
}
