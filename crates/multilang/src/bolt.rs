//! Executors of bolts that are programs: one thread, one program for each task, all in one poll(2).
//!
//! The thread that reads a program's stdout also answers it: a program that waits for task ids waits for no second thread. It
//! never waits for one program alone. What is ready is written in one call, what a read brought is handed on in one flush.
//!
//! Bounds: `topology.shellbolt.max.pending` tuples wait to be written to a program (beside what its pipe holds), and at most
//! as many as the executor's queue takes are unacked. When either is reached the executor takes no more from its queue, whose
//! producers then wait. While an emit waits for room, no stdout is read; stdin is still written and stderr read.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use redgale_engine::anchor::Root;
use redgale_engine::batch::{Batch, NativeRows, Payload};
use redgale_engine::bolt::BoltCore;
use redgale_engine::clock::{Nanos, nanos};
use redgale_engine::mailbox::Mail;
use redgale_engine::outbox::{Joint, JointInput, Single};
use redgale_engine::phase::Phase;
use redgale_engine::spout::SAMPLE;

use crate::bell::Bell;
use crate::closing;
use crate::host::Host;
use crate::in_flight::{Entry, Held, InFlight, Use};
use crate::keeper::{Fault, Keeper, shown};
use crate::nap::Nap;
use crate::protocol::{self, Emit, Id, Level, Message};
use crate::rows::{Asked, Streams, row};
use crate::sys::{self, Interest};

/// How long tuples wait for a program that is started again; then they fail at once, so that what else their spout emits
/// goes on.
const PATIENCE: Duration = Duration::from_secs(5);
/// Tuples of a task that are left of a take when the next is taken.
const LOW: usize = 256;
/// Bytes that wait to be written to a program before no further tuple is put behind them.
const MAX_BYTES: usize = 1 << 20;
/// Longest sleep of an executor that does not watch its queue, which alone would tell it that the run stops.
const GLANCE: Duration = Duration::from_millis(100);

/// Runs bolt executor `executor` until the run stops.
pub fn run(host: &Host, executor: usize, ready: impl FnOnce()) {
    Bolt::new(host, executor).live(ready);
}

struct Task<'a> {
    keeper: Keeper<'a>,
    /// Tuples for it that were taken and not written.
    backlog: VecDeque<(Rc<Batch>, u32)>,
    /// Known bytes of the backlog; each tuple of a batch counts the same.
    bytes: usize,
    /// Whether it was told that it leaves tuples neither acked nor failed.
    forgetful: bool,
    in_flight: InFlight,
    nap: Nap,
}

/// What one tuple of a batch counts in bytes.
fn share(batch: &Batch) -> usize {
    batch.bytes / batch.len().max(1)
}

impl Task<'_> {
    /// Whether what its program says is read now. One that does not read task ids that it asked for owes that first; the
    /// time it has for a sign of life goes on.
    fn listens(&mut self, blocked: bool) -> bool {
        let ignored = self.keeper.child().is_some_and(|child| child.outgoing.is_ignored());
        !blocked && !ignored
    }
}

struct Bolt<'a> {
    host: &'a Host,
    executor: usize,
    core: BoltCore<NativeRows>,
    streams: Streams,
    /// By plan-wide number of the stream: the constant part of a tuple's message.
    origins: Vec<Vec<u8>>,
    tasks: Vec<Task<'a>>,
    bell: Bell,
    max_pending: usize,
    max_unacked: usize,
    /// How long a program may keep a tuple: somewhat longer than its root lives.
    timeout: Option<Nanos>,
    /// Seconds between two ticks, and when the next is due.
    tick: Option<(Duration, Nanos)>,
    next_id: u64,
    until_sample: u32,
    /// An emit waits for room.
    blocked: bool,
    debug: bool,
}

impl<'a> Bolt<'a> {
    fn new(host: &'a Host, executor: usize) -> Self {
        let shared = &host.shared;
        let settings = shared.settings_of(executor);
        let core = BoltCore::new(Arc::clone(shared), executor, |_| NativeRows::default());
        let origin = |stream: &redgale_topology::plan::PlannedStream| {
            protocol::origin(&shared.plan.components[stream.component].id, &stream.name)
        };
        let tasks = shared.plan.executors[executor].tasks.iter().map(|task| Task {
            keeper: Keeper::new(host, executor, *task),
            backlog: VecDeque::new(),
            bytes: 0,
            forgetful: false,
            in_flight: InFlight::default(),
            nap: Nap::default(),
        });
        Bolt {
            host,
            executor,
            streams: Streams::new(shared, &core.outbox),
            core,
            origins: shared.plan.streams.iter().map(origin).collect(),
            tasks: tasks.collect(),
            bell: Bell::new().expect("a pipe can be made"),
            max_pending: settings.shellbolt_max_pending,
            max_unacked: settings.receive_buffer_tuples,
            timeout: settings
                .message_timeout
                .map(|timeout| nanos(timeout).saturating_mul(11) / 10),
            tick: settings.tick.map(|every| (every, shared.clock.now() + nanos(every))),
            next_id: 1,
            until_sample: 1,
            blocked: false,
            debug: settings.debug,
        }
    }

    fn live(mut self, ready: impl FnOnce()) {
        let (mut mail, mut interests) = (Mail::default(), Vec::new());
        let mut ready = Some(ready);
        while self.host.shared.phase.get() != Phase::Stopping {
            let now = Instant::now();
            let hungry = self.take(&mut mail);
            self.tick();
            for position in 0..self.tasks.len() {
                if let Err(fault) = self.tend(position, now) {
                    self.lose(position, fault, now);
                }
            }
            if let Some(ready) = ready.take_if(|_| self.tasks.iter().all(|task| task.keeper.is_settled())) {
                ready();
            }
            self.flush();
            self.sleep(hungry, now, &mut interests);
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

    /// Takes what is in the queue, if there is somebody to give it to.
    fn take(&mut self, mail: &mut Mail) -> bool {
        let all: usize = self.tasks.iter().map(|task| task.backlog.len()).sum();
        let bytes: usize = self.tasks.iter().map(|task| task.bytes).sum();
        // not `all` alone: a task that is down must not starve the others
        let hungry = self.tasks.iter_mut().any(|task| {
            let room = task.backlog.len() < LOW && task.in_flight.len() < self.max_unacked;
            room && task.keeper.up().is_some()
        });
        // while none is up the queue may fill, until it is known that this will last
        let given_up = self
            .tasks
            .iter()
            .any(|task| task.keeper.down_for(Instant::now()) > PATIENCE);
        if !(hungry || given_up) || all >= self.max_unacked || bytes >= MAX_BYTES {
            return false;
        }
        self.host.shared.mailboxes[self.executor].take(mail);
        for batch in mail.batches.drain(..) {
            let batch = Rc::new(batch);
            for index in 0..batch.len() {
                let task = &mut self.tasks[batch.headers[index].to as usize];
                task.backlog.push_back((Rc::clone(&batch), index as u32));
                task.bytes += share(&batch);
            }
        }
        true
    }

    fn tick(&mut self) {
        let Some((every, due)) = self.tick else { return };
        let now = self.host.shared.clock.now();
        if now < due || self.host.shared.phase.get() == Phase::Starting {
            return;
        }
        // a late tick is not made up for
        self.tick = Some((every, (due + nanos(every)).max(now)));
        for task in &mut self.tasks {
            let Some(child) = task.keeper.up() else { continue };
            let id = self.next_id;
            self.next_id += 1;
            child
                .outgoing
                .push(|bytes| protocol::tick(id, every.as_secs_f64(), bytes));
            task.in_flight.insert_tick(id);
        }
    }

    /// Fails tuples that a program has had for longer than their roots have lived: they have timed out, and a program that
    /// forgets some would in the end get no more. Told once for each life of the program.
    fn expire(&mut self, position: usize) {
        let Some(timeout) = self.timeout else { return };
        let limit = self.host.shared.clock.now().saturating_sub(timeout);
        let mut expired = 0;
        while let Some(entry) = self.tasks[position].in_flight.expire(limit) {
            if entry.used == Use::Open {
                self.core.fail(entry.held.anchors());
            }
            self.core.handled(1);
            expired += 1;
        }
        let task = &mut self.tasks[position];
        if expired > 0 && !std::mem::replace(&mut task.forgetful, true) {
            let what = format!(
                "it neither acked nor failed a tuple within topology.message.timeout.secs ({expired} so far); they fail"
            );
            self.host.journal.error(task.keeper.origin(), &what);
        }
    }

    /// Starts a program, asks it for a sign of life, gives it tuples.
    fn tend(&mut self, position: usize, now: Instant) -> Result<(), Fault> {
        let keeper = &mut self.tasks[position].keeper;
        if self.blocked {
            keeper.excuse(now);
        }
        keeper.tend(now)?;
        if keeper.wants_heartbeat(now) {
            keeper.ask(now);
            let id = self.next_id;
            self.next_id += 1;
            if let Some(child) = keeper.up() {
                child.outgoing.push(|bytes| protocol::heartbeat(id, bytes));
            }
        }
        if keeper.up().is_some() {
            self.expire(position);
            self.feed(position);
        } else {
            if let Some(child) = keeper.child() {
                child.write();
            }
            if keeper.down_for(now) > PATIENCE {
                self.refuse(position);
            }
        }
        Ok(())
    }

    /// Writes tuples to a program until its pipe is full.
    fn feed(&mut self, position: usize) {
        loop {
            let task = &mut self.tasks[position];
            let Some(child) = task.keeper.up() else { return };
            if !child.write() && child.outgoing.waiting() >= self.max_pending {
                return;
            }
            let mut room = self.max_pending - child.outgoing.waiting();
            room = room.min(self.max_unacked.saturating_sub(task.in_flight.len()));
            if room == 0 || task.backlog.is_empty() || child.outgoing.bytes() >= MAX_BYTES {
                return;
            }
            for _ in 0..room.min(task.backlog.len()) {
                if self.send(position) >= MAX_BYTES {
                    break;
                }
            }
        }
    }

    /// Gives the bytes that wait to be written then.
    fn send(&mut self, position: usize) -> usize {
        let task = &mut self.tasks[position];
        let Some((batch, index)) = task.backlog.pop_front() else {
            return 0;
        };
        task.bytes -= share(&batch);
        let Payload::Native(rows) = &batch.payload else {
            unreachable!("the lane to a native executor is native")
        };
        let (header, anchors) = (batch.headers[index as usize], batch.anchors(index as usize));
        let origin = &self.origins[header.stream as usize];
        let id = self.next_id;
        self.next_id += 1;
        self.core.metrics().executed.add(1);
        let row = &rows[index as usize];
        let Some(child) = task.keeper.up() else { return 0 };
        let sent = child
            .outgoing
            .push(|bytes| protocol::tuple(id, origin, header.from, row, bytes));
        let waiting = child.outgoing.bytes();
        if let Err(unsupported) = sent {
            let (from, what) = (
                task.keeper.origin(),
                format!("a tuple cannot be sent to it: {unsupported}"),
            );
            self.host.journal.error(from, &what);
            self.core.fail(anchors);
            self.core.handled(1);
            return waiting;
        }
        let now = self.host.shared.clock.now();
        self.until_sample -= 1;
        let sampled = self.until_sample == 0;
        if sampled {
            self.until_sample = SAMPLE;
        }
        let entry = Entry {
            held: Held::new(anchors),
            out: 0,
            sent: if sampled { now.max(1) } else { 0 },
            used: Use::Open,
        };
        task.in_flight.insert(id, entry, now);
        waiting
    }

    /// Fails the tuples of a program that is down.
    fn refuse(&mut self, position: usize) {
        self.tasks[position].bytes = 0;
        let backlog = std::mem::take(&mut self.tasks[position].backlog);
        self.core.metrics().executed.add(backlog.len() as u64);
        for (batch, index) in &backlog {
            self.core.fail(batch.anchors(*index as usize));
        }
        self.core.handled(backlog.len());
    }

    /// Hands on what was emitted and settles acks; notes whether room is lacking.
    fn flush(&mut self) {
        self.blocked = false;
        while let Some(mailbox) = self.core.flush() {
            if !mailbox.watch_room(&self.bell.waker) || self.host.shared.phase.get() == Phase::Stopping {
                self.blocked = true;
                return;
            }
        }
    }

    fn sleep(&mut self, hungry: bool, now: Instant, interests: &mut Vec<Interest>) {
        let shared = &self.host.shared;
        let blocked = self.blocked;
        let unread = self
            .tasks
            .iter_mut()
            .any(|task| task.listens(blocked) && task.keeper.unread);
        let mail = hungry && shared.mailboxes[self.executor].watch(&self.bell.waker);
        let timeout = if unread || mail {
            Some(Duration::ZERO)
        } else {
            let dues = self.tasks.iter().filter_map(|task| task.keeper.due(!self.blocked));
            let due = dues.min().map(|due| due.saturating_duration_since(now));
            // before the topology is active nothing ticks
            let tick = self
                .tick
                .filter(|_| shared.phase.get() != Phase::Starting)
                .map(|(_, due)| Duration::from_nanos(due.saturating_sub(shared.clock.now())));
            let glance = (!hungry || self.blocked).then_some(GLANCE);
            [due, tick, glance].into_iter().flatten().min()
        };
        let busy = self.tasks.iter().filter(|task| !task.in_flight.is_empty());
        let nap = busy.map(|task| task.nap.length()).min();
        if let Some(nap) = nap.filter(|nap| !nap.is_zero() && !self.blocked) {
            std::thread::sleep(nap);
        }
        interests.clear();
        interests.push(Interest::new(&self.bell.pipe, true, false));
        for task in &mut self.tasks {
            let listens = task.listens(blocked);
            if let Some(child) = task.keeper.child() {
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
        let listens = self.tasks[position].listens(self.blocked);
        let keeper = &mut self.tasks[position].keeper;
        keeper.read(now, listens);
        if !listens || !keeper.unread {
            return;
        }
        let before = self.tasks[position].in_flight.len();
        let result = self.messages(position, now);
        let Task {
            keeper, in_flight, nap, ..
        } = &mut self.tasks[position];
        nap.adapt(before - in_flight.len(), in_flight.len());
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
            Some(Message::Ack(id)) => {
                let entry = self.settle(position, &id, bytes)?;
                match entry.used {
                    Use::Tick => {}
                    Use::Spoilt => self.core.metrics().ignored_acks.add(1),
                    Use::Open => {
                        self.core.ack(entry.held.anchors(), entry.out);
                        if entry.sent > 0 {
                            let took = self.host.shared.clock.now().saturating_sub(entry.sent);
                            self.core.metrics().process.record(took);
                        }
                    }
                }
                Ok(())
            }
            Some(Message::Fail(id)) => {
                let entry = self.settle(position, &id, bytes)?;
                if entry.used == Use::Open {
                    self.core.fail(entry.held.anchors());
                }
                Ok(())
            }
            // sync, the answer to a heartbeat: that it came says all
            _ => Ok(()),
        }
    }

    fn settle(&mut self, position: usize, id: &Id, bytes: &[u8]) -> Result<Entry, Fault> {
        let entry = match id {
            Id::Number(number) => self.tasks[position].in_flight.remove(*number),
            Id::Other(_) => None,
        };
        let entry = entry.ok_or_else(|| unknown(id, bytes))?;
        if entry.used != Use::Tick {
            self.core.handled(1);
        }
        Ok(entry)
    }

    fn emit(&mut self, position: usize, mut emit: Emit<'_>, bytes: &[u8]) -> Result<(), Fault> {
        let in_flight = &mut self.tasks[position].in_flight;
        emit.anchors
            .retain(|anchor| !matches!(anchor, Id::Number(number) if in_flight.is_forgotten(*number)));
        for anchor in &emit.anchors {
            let known = matches!(anchor, Id::Number(number) if in_flight.get_mut(*number).is_some());
            if !known {
                return Err(unknown(anchor, bytes));
            }
        }
        let reply = emit.need_task_ids && emit.task.is_none();
        let mut tasks = Vec::new();
        match self.streams.check(&emit) {
            Ok((stream, to)) => self.deliver(position, emit, stream, to, bytes.len(), reply.then_some(&mut tasks)),
            Err(why) => self.spoil(position, &emit.anchors, &why, bytes),
        }
        // urgent: the program does nothing until it has them
        let Task { keeper, nap, .. } = &mut self.tasks[position];
        if reply && let Some(child) = keeper.up() {
            nap.forbid();
            child.outgoing.push_urgent(|bytes| protocol::task_ids(&tasks, bytes));
            child.write();
        }
        Ok(())
    }

    fn deliver(
        &mut self,
        position: usize,
        emit: Emit<'_>,
        stream: usize,
        to: Option<u32>,
        bytes: usize,
        tasks: Option<&mut Vec<u32>>,
    ) {
        let Task { keeper, in_flight, .. } = &mut self.tasks[position];
        let from = keeper.task;
        let row = row(emit.values);
        let mut keys = Asked::new(&row, tasks);
        let outbox = &mut self.core.outbox;
        let deliveries = match emit.anchors[..] {
            [] => {
                let root = Root::UNTRACKED;
                outbox.emit(stream, from, to, &row, bytes, &mut keys, &mut Single { root, out: 0 })
            }
            [Id::Number(id)]
                if !matches!(
                    in_flight.get_mut(id),
                    Some(Entry {
                        held: Held::Many(_),
                        ..
                    })
                ) =>
            {
                let entry = in_flight.get_mut(id).expect("looked up before");
                let root = match entry.held {
                    Held::One(anchor) => anchor.root,
                    _ => Root::UNTRACKED,
                };
                let mut tree = Single { root, out: 0 };
                let deliveries = outbox.emit(stream, from, to, &row, bytes, &mut keys, &mut tree);
                entry.out ^= tree.out;
                deliveries
            }
            _ => {
                // an id that is named twice is one anchor
                let mut ids: Vec<u64> = Vec::with_capacity(emit.anchors.len());
                for anchor in &emit.anchors {
                    if let Id::Number(id) = anchor
                        && !ids.contains(id)
                    {
                        ids.push(*id);
                    }
                }
                let mut input =
                    |id: &u64| JointInput::new(in_flight.get_mut(*id).expect("looked up before").held.anchors());
                let mut inputs: Vec<JointInput> = ids.iter().map(&mut input).collect();
                let deliveries = outbox.emit(stream, from, to, &row, bytes, &mut keys, &mut Joint(&mut inputs));
                for (id, input) in ids.iter().zip(inputs) {
                    in_flight.get_mut(*id).expect("looked up before").out ^= input.out;
                }
                deliveries
            }
        };
        let metrics = self.core.metrics();
        metrics.emitted.add(1);
        metrics.transferred.add(deliveries);
        if self.debug {
            let line = format!("emits on `{}`", self.streams.name(stream));
            self.host.journal.log(keeper.origin(), Level::Info, &line);
        }
    }

    /// An emit that cannot be: an error, and the tuples it comes from fail, for what was made of them is not complete.
    fn spoil(&mut self, position: usize, anchors: &[Id], why: &str, bytes: &[u8]) {
        let Task { keeper, in_flight, .. } = &mut self.tasks[position];
        let what = format!("it emitted what cannot be emitted: {why}; it sent: {}", shown(bytes));
        self.host.journal.error(keeper.origin(), &what);
        for anchor in anchors {
            if let Id::Number(id) = anchor
                && let Some(entry) = in_flight.get_mut(*id)
                && entry.used == Use::Open
            {
                entry.used = Use::Spoilt;
                self.core.fail(entry.held.anchors());
            }
        }
    }

    /// The program of a task died or is to be ended: its tuples fail at once.
    fn lose(&mut self, position: usize, fault: Fault, now: Instant) {
        let Task { keeper, in_flight, .. } = &mut self.tasks[position];
        keeper.die(fault, now);
        for entry in in_flight.drain() {
            if entry.used == Use::Open {
                self.core.fail(entry.held.anchors());
            }
            if entry.used != Use::Tick {
                self.core.handled(1);
            }
        }
        self.tasks[position].forgetful = false;
    }

    fn close(self) {
        let journal = &*self.host.journal;
        let program = |task: Task<'a>| {
            let origin = task.keeper.origin();
            task.keeper.release().map(|child| (origin, child))
        };
        closing::close(self.tasks.into_iter().filter_map(program).collect(), journal);
    }
}

fn unknown(id: &Id, bytes: &[u8]) -> Fault {
    let id = match id {
        Id::Number(number) => number.to_string(),
        Id::Other(text) => text.clone(),
    };
    Fault(format!("it has no tuple with id `{id}`; it sent: {}", shown(bytes)))
}
