//! A spout executor's Ruby half: asks for tuples, keeps them until they are acked, replays them, tells what became of them.

// Pointers to the state are valid for the executor's whole life (`executor`); each reference made from one ends with its
// statement, before Ruby runs.
#![allow(dangerous_implicit_autorefs)]

mod handler;
mod run;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use magnus::{Error, RHash, Ruby};
use rb_sys::{ID, VALUE};
use redgale_engine::clock::{Nanos, nanos};
use redgale_engine::mailbox::Mail;
use redgale_engine::pending::Outcome;
use redgale_engine::spout::SpoutCore;

use crate::emit::{Reading, Refusal, Row};
use crate::executor::{Objects, OutStream, RunShared, out_streams};
use crate::kept::{Kept, What};
use crate::keys::RubyKeys;
use crate::roots::RubyRows;
use crate::value::{NIL, UNDEF, elements};

pub use handler::Handler;
pub use run::{Round, choose, run_retries, run_sends};

/// First and longest sleep of a spout that had nothing: it grows while nothing comes, so that an idle spout costs below 1 % of
/// a core (83 wake-ups a second of about 80 µs) and one that pauses briefly is asked again soon.
const IDLE_FIRST: Nanos = 50_000;
const IDLE_LONGEST: Nanos = 12_000_000;

/// See [`Spout::worth_waking`].
const MANY_PENDING: u32 = 128;

/// An on_send that took this long is taken as one that waits for its source: what it gave is handed on at once.
const SLOW: Nanos = 20_000;
/// While on_send is quick its duration is only taken every so many calls.
const LOOK_EVERY: u32 = 8;

/// A call that the outcome of a tuple asks for.
#[derive(Clone, Copy, Debug)]
pub struct Callback {
    /// Method of the instance.
    pub method: ID,
    /// Position of the task.
    pub position: u32,
    /// Arguments; UNDEF stands for an error that is not known here.
    pub arguments: [VALUE; 2],
    /// How many of them.
    pub count: i32,
}

/// State of a spout executor.
#[derive(Debug)]
pub struct Spout {
    /// The engine's half.
    pub core: SpoutCore<RubyRows>,
    /// Streams of the component.
    pub streams: Vec<OutStream>,
    /// Ruby objects.
    pub objects: Objects,
    /// Task ids by position.
    pub tasks: Vec<u32>,
    run: Arc<RunShared>,
    handler: Handler,
    returns: Option<usize>,
    max_pending: u32,
    finished: Vec<bool>,
    /// on_send calls of each task that raised in a row, and until when the task is not asked again.
    troubles: Vec<(u32, Nanos)>,
    /// Whether any task is in trouble: the fast path looks at nothing else.
    troubled: bool,
    watched: bool,
    /// Beat at which the clock was read last.
    fresh_at: u32,
    kept: Kept,
    /// Tasks named by `to:` of tuples that may be replayed.
    named: HashMap<u32, u32>,
    outcomes: VecDeque<(u32, Outcome)>,
    fresh: Vec<(u32, Outcome)>,
    /// Tuples that nobody reads: acked as soon as they are emitted. A rooted Array of [position, id or values].
    instant: VALUE,
    mail: Mail,
    scratch: Vec<u8>,
    chosen: Vec<Vec<u32>>,
    position: u32,
    cursor: usize,
    emits: u64,
    retrying: Option<u32>,
    refusal: Option<(Refusal, Reading)>,
    idle: Nanos,
    slow: bool,
    until_look: u32,
    backoff: (Nanos, Nanos),
    open_since: Arc<AtomicU32>,
}

impl Spout {
    /// A spout executor's state, before its thread runs.
    ///
    /// # Errors
    /// A handler description that is not as it should be.
    pub fn new(ruby: &Ruby, run: Arc<RunShared>, index: usize, options: RHash) -> Result<Self, Error> {
        let roots = Arc::clone(&run.roots);
        let core = SpoutCore::new(Arc::clone(&run.shared), index, |destination| {
            RubyRows::to(&run.shared, &roots, destination)
        });
        let streams = out_streams(&core.outbox, &run);
        let mut handler = Handler::new(ruby, options)?;
        let settings = run.shared.settings_of(index);
        handler.tracked &= settings.tracking;
        let default = crate::meta::symbol("default");
        let returns = streams
            .iter()
            .position(|stream| stream.name == default && stream.arity > 0);
        let tasks = run.shared.plan.executors[index].tasks.clone();
        // SAFETY: VM lock; rooted at once.
        let instant = unsafe { rb_sys::rb_ary_new() };
        roots.hold(instant);
        Ok(Spout {
            finished: vec![false; tasks.len()],
            troubles: vec![(0, 0); tasks.len()],
            troubled: false,
            watched: run.is_watched(index),
            fresh_at: 0,
            kept: Kept::default(),
            returns: if handler.emit { returns } else { None },
            max_pending: u32::try_from(settings.max_spout_pending).unwrap_or(u32::MAX),
            backoff: (nanos(settings.backoff_min), nanos(settings.backoff_max)),
            core,
            streams,
            handler,
            tasks,
            instant,
            objects: Objects::none(&run),
            named: HashMap::new(),
            outcomes: VecDeque::new(),
            fresh: Vec::new(),
            mail: Mail::default(),
            scratch: Vec::new(),
            chosen: Vec::new(),
            position: 0,
            cursor: 0,
            emits: 0,
            retrying: None,
            refusal: None,
            idle: IDLE_FIRST,
            slow: false,
            until_look: 1,
            open_since: Arc::default(),
            run,
        })
    }

    /// The beat since which the outbox holds something, shared with the pulse.
    pub fn open_since(&self) -> Arc<AtomicU32> {
        Arc::clone(&self.open_since)
    }

    /// The task whose handler runs or ran last.
    pub fn position(&self) -> u32 {
        self.position
    }

    /// Marks a task as finished: it is not asked again.
    pub fn finish(&mut self, position: u32) {
        self.finished[position as usize] = true;
    }

    /// Whether all its tasks have finished.
    pub fn is_finished(&self) -> bool {
        self.finished.iter().all(|finished| *finished)
    }

    /// Notes that on_send of a task raised: it is asked again after a pause that doubles while it goes on raising.
    pub fn note_trouble(&mut self, position: u32) {
        let now = self.core.refresh();
        let (times, until) = &mut self.troubles[position as usize];
        *until = now + pause(self.backoff, *times);
        *times += 1;
        self.troubled = true;
    }

    fn clear_trouble(&mut self, position: usize) {
        self.troubles[position] = (0, 0);
        self.troubled = self.troubles.iter().any(|(times, _)| *times > 0);
    }

    /// When the first task in trouble is to be asked again.
    pub fn trouble_until(&self) -> Option<Nanos> {
        let finished = |position: &usize| self.finished[*position];
        let waiting = (0..self.troubles.len()).filter(|position| !finished(position) && self.troubles[*position].0 > 0);
        if self.troubled {
            waiting.map(|position| self.troubles[position].1).min()
        } else {
            None
        }
    }

    /// Whether a hand emit of this task must wait: too many of its tuples are pending.
    pub fn is_gated(&self, position: u32) -> bool {
        self.handler.tracked && self.core.pending.of_task(position) >= self.max_pending
    }

    /// When a spout that may not emit is woken: as soon as so many tuples are decided, or after so long. With many pending
    /// the bolts have enough to do meanwhile.
    pub fn worth_waking(&self) -> (usize, Nanos) {
        let beats = if self.max_pending >= MANY_PENDING { 10 } else { 2 };
        let least = (self.max_pending / 4).clamp(1, 4_096) as usize;
        (least, beats * nanos(crate::pulse::BEAT))
    }

    /// Takes the refusal that ended the loop.
    pub fn take_refusal(&mut self) -> Option<(Refusal, Reading)> {
        self.refusal.take()
    }

    /// Whether it had nothing for so long that it will most likely have nothing now. Then the pulse may sleep, so the clock is
    /// read after the call.
    pub fn expects_nothing(&mut self) -> bool {
        let nothing = self.idle == IDLE_LONGEST && self.core.is_clean();
        if nothing {
            self.fresh_at = self.run.pulse.beat().wrapping_sub(1);
        }
        nothing
    }

    /// When the spout should look again though nothing came; longer each time.
    pub fn idle_until(&mut self, now: Nanos) -> Nanos {
        let until = now + self.idle;
        self.idle = (self.idle * 3 / 2).min(IDLE_LONGEST);
        until
    }

    /// Emits one tuple of the task at `position`. `id`: None if emit was given none. `row` was prepared.
    #[allow(clippy::too_many_arguments)] // the hot path, as Outbox::emit
    pub unsafe fn emit(&mut self, position: u32, stream: usize, to: Option<u32>, id: Option<VALUE>, row: &Row) {
        let (values, bytes) = (row.lanes(), row.bytes);
        self.emits += 1;
        let from = self.tasks[position as usize];
        if self.watched {
            let stream = self.core.outbox.streams()[stream].stream;
            self.run
                .witness(self.core.executor, stream, from, row.values, id.unwrap_or(NIL));
        }
        let mut keys = RubyKeys {
            row,
            scratch: &mut self.scratch,
            chosen: &self.chosen,
        };
        let own = id.map_or(
            if self.handler.own_replay {
                What::OwnValues
            } else {
                What::Values
            },
            |_| What::Id,
        );
        let kept = id.unwrap_or(row.values);
        if self.handler.tracked && (id.is_some() || !self.handler.by_id) {
            if let Some(slot) = self.core.emit(position, from, stream, to, &values, bytes, &mut keys) {
                self.kept.put(slot, own, kept);
                if let Some(to) = to {
                    self.named.insert(slot, to);
                }
                return;
            }
        } else {
            self.core.emit_untracked(from, stream, to, &values, bytes, &mut keys);
            if id.is_none() {
                return;
            }
        }
        // no reader, or tracking is off: done as soon as emitted
        if self.watched {
            self.run.note_outcome(self.core.executor, from, "acked", own, kept, NIL);
        }
        if self.handler.ack.is_some() {
            // SAFETY: VM lock; `instant` is rooted, the pair hangs on it at once.
            unsafe {
                let pair = [rb_sys::rb_uint2inum(position as _), kept];
                rb_sys::rb_ary_push(self.instant, rb_sys::rb_ary_new_from_values(2, pair.as_ptr()));
            }
        }
    }

    /// Marks what is kept of pending tuples. Called by the GC alone.
    pub fn mark(&self) {
        self.kept.mark();
    }

    /// Collects verdicts and timeouts.
    pub fn look(&mut self) {
        self.kept.settle();
        let mut mail = std::mem::take(&mut self.mail);
        self.run.shared.mailboxes[self.core.executor].take(&mut mail);
        self.core.outcomes(&mut mail.completions, &mut self.fresh);
        self.outcomes.extend(self.fresh.drain(..));
        self.mail = mail;
    }

    /// Whether outcomes wait to be dealt with.
    pub fn has_outcomes(&self) -> bool {
        !self.outcomes.is_empty()
    }

    /// Whether tuples that nobody reads wait for their on_ack.
    pub fn has_instant(&self) -> bool {
        // SAFETY: VM lock; a rooted Array.
        unsafe { rb_sys::RARRAY_LEN(self.instant) > 0 }
    }

    /// Deals with outcomes until one asks for a call into user code, and gives that call.
    pub unsafe fn next_callback(&mut self) -> Option<Callback> {
        unsafe {
            if rb_sys::RARRAY_LEN(self.instant) > 0 {
                let pair = elements(rb_sys::rb_ary_shift(self.instant));
                let method = self.handler.ack?;
                let position = rb_sys::FIX2LONG(pair[0]) as u32;
                return Some(Callback {
                    method,
                    position,
                    arguments: [pair[1], pair[1]],
                    count: 1,
                });
            }
        }
        while let Some((slot, outcome)) = self.outcomes.pop_front() {
            self.idle = IDLE_FIRST;
            self.core.count(outcome);
            let position = self.core.pending.slot(slot).task;
            let (what, _) = self.kept.get(slot);
            let reason = match (&self.run.reasons, outcome) {
                (Some(reasons), Outcome::Failed) => reasons.take(self.core.root(slot)),
                _ => None,
            };
            if self.watched {
                self.note_outcome(slot, outcome, reason.unwrap_or(NIL));
            }
            let (method, arguments, count) = match (outcome, what) {
                (Outcome::Acked, _) => {
                    let (_, value) = self.close(slot);
                    (self.handler.ack, [value, value], 1)
                }
                (_, What::Id | What::OwnValues) => {
                    let (_, value) = self.close(slot);
                    (self.handler.fail, [value, value], 1)
                }
                (_, What::Values) => {
                    let retries = self.core.pending.slot(slot).retries;
                    if self.may_retry(slot) {
                        let due = self.core.refresh() + pause(self.backoff, retries);
                        self.core.pending.retry_at(slot, due);
                        continue;
                    }
                    let (_, value) = self.close(slot);
                    self.core.metrics().given_up.add(1);
                    (self.handler.give_up, [value, reason.unwrap_or(UNDEF)], 2)
                }
            };
            if let Some(method) = method {
                return Some(Callback {
                    method,
                    position,
                    arguments,
                    count,
                });
            }
        }
        None
    }

    /// Whether the engine emits the failed tuple of a slot again.
    fn may_retry(&self, slot: u32) -> bool {
        let retries = self.core.pending.slot(slot).retries;
        self.handler.max_retries.is_none_or(|most| retries < most)
    }

    fn note_outcome(&self, slot: u32, outcome: Outcome, reason: VALUE) {
        let task = self.tasks[self.core.pending.slot(slot).task as usize];
        let (what, value) = self.kept.get(slot);
        let name = match (outcome, what) {
            (Outcome::Acked, _) => "acked",
            (_, What::Id | What::OwnValues) => "failed",
            (_, What::Values) if self.may_retry(slot) => "retried",
            (_, What::Values) => "given_up",
        };
        self.run
            .note_outcome(self.core.executor, task, name, what, value, reason);
    }

    fn close(&mut self, slot: u32) -> (What, VALUE) {
        self.core.pending.close(slot);
        if !self.named.is_empty() {
            self.named.remove(&slot);
        }
        self.kept.take(slot)
    }

    /// After a jump out of the loops: puts back what was under way.
    pub fn abandon(&mut self) {
        if let Some(slot) = self.retrying.take() {
            // a try that a custom grouping kept from being emitted counts as one that failed
            self.core.pending.count_try(slot);
            self.outcomes.push_back((slot, Outcome::Failed));
        }
    }

    /// Tuples neither acked nor given up, as (position, what is kept, it) for the account at the end.
    pub fn open(&self) -> Vec<(u32, What, VALUE)> {
        let slots = self.core.pending.open_slots();
        slots
            .map(|slot| {
                let (what, value) = self.kept.get(slot);
                (self.core.pending.slot(slot).task, what, value)
            })
            .collect()
    }
}

/// The wait before another try: the shortest, doubled for each one before, up to the longest.
fn pause((least, most): (Nanos, Nanos), tries: u32) -> Nanos {
    least.saturating_mul(1 << tries.min(20)).min(most)
}
