//! A spout executor's Ruby half: asks for tuples, keeps them until they are acked, replays them, tells what became of them.

// Pointers to the state are valid for the executor's whole life (`executor`); each reference made from one ends with its
// statement, before Ruby runs.
#![allow(dangerous_implicit_autorefs)]

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use magnus::{Error, RHash, Ruby};
use rb_sys::{ID, VALUE, rb_funcallv};
use redgale_engine::clock::{Nanos, nanos};
use redgale_engine::mailbox::Mail;
use redgale_engine::pending::Outcome;
use redgale_engine::spout::SpoutCore;

use crate::bolt::Pause;
use crate::emit::{Reading, Refusal, Returned, Row, prepare, read};
use crate::executor::{Objects, OutStream, RunShared, log_emit, method_name, option, out_streams};
use crate::kept::{Kept, What};
use crate::keys::RubyKeys;
use crate::roots::RubyRows;
use crate::value::{UNDEF, elements, is_array, is_falsy};

/// First and longest sleep of a spout that had nothing: it grows while nothing comes, so that an idle spout costs below 1 % of
/// a core (125 wake-ups a second) and one that pauses briefly is asked again soon.
const IDLE_FIRST: Nanos = 50_000;
const IDLE_LONGEST: Nanos = 8_000_000;

/// An on_send that took this long is taken as one that waits for its source: what it gave is handed on at once.
const SLOW: Nanos = 20_000;
/// While on_send is quick its duration is only taken every so many calls.
const LOOK_EVERY: u32 = 8;

/// What Ruby said about the spout.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    method: ID,
    emit: bool,
    /// `on_send(reliable: true)`: the first element of what is returned is the id.
    id_first: bool,
    /// Tuples are tracked.
    tracked: bool,
    /// The spout defines on_fail: it owns its replay.
    own_replay: bool,
    ack: Option<ID>,
    fail: Option<ID>,
    give_up: Option<ID>,
    max_retries: Option<u32>,
}

impl Handler {
    /// From the handler Hash of the component's definition.
    ///
    /// # Errors
    /// KeyError or TypeError.
    pub fn new(ruby: &Ruby, options: RHash) -> Result<Self, Error> {
        let replay: magnus::Symbol = option(ruby, options, "replay")?;
        Ok(Handler {
            method: method_name(ruby, options, "method")?.unwrap_or_else(|| crate::meta::id("next_tuple")),
            emit: option(ruby, options, "emit")?,
            id_first: option(ruby, options, "id_first")?,
            tracked: option(ruby, options, "reliable")?,
            own_replay: &*replay.name()? == "own",
            ack: method_name(ruby, options, "ack")?,
            fail: method_name(ruby, options, "fail")?,
            give_up: method_name(ruby, options, "give_up")?,
            max_retries: option(ruby, options, "max_retries")?,
        })
    }
}

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
    /// Whether user code of this spout runs now (on its own thread).
    pub in_handler: bool,
    run: Arc<RunShared>,
    handler: Handler,
    returns: Option<usize>,
    max_pending: u32,
    finished: Vec<bool>,
    /// on_send calls of each task that raised in a row, and until when the task is not asked again.
    troubles: Vec<(u32, Nanos)>,
    /// Whether any task is in trouble: the fast path looks at nothing else.
    troubled: bool,
    debug: bool,
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
        let core = SpoutCore::new(Arc::clone(&run.shared), index, |_| RubyRows::new(Arc::clone(&roots)));
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
            debug: settings.debug,
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
            in_handler: false,
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

    /// Decided tuples for which a spout that may not emit is woken before a beat has passed.
    pub fn worth_waking(&self) -> usize {
        (self.max_pending / 4).clamp(1, 4_096) as usize
    }

    /// Takes the refusal that ended the loop.
    pub fn take_refusal(&mut self) -> Option<(Refusal, Reading)> {
        self.refusal.take()
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
        let Row { values, bytes, .. } = *row;
        self.emits += 1;
        let from = self.tasks[position as usize];
        if self.debug {
            log_emit(&self.run, self.core.outbox.streams()[stream].stream, from);
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
        let kept = id.unwrap_or(values);
        if self.handler.tracked {
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
                    if self.handler.max_retries.is_none_or(|most| retries < most) {
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

    fn close(&mut self, slot: u32) -> (What, VALUE) {
        self.core.pending.close(slot);
        if !self.named.is_empty() {
            self.named.remove(&slot);
        }
        self.kept.take(slot)
    }

    /// After a jump out of the loops: puts back what was under way.
    pub fn abandon(&mut self) {
        self.in_handler = false;
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

/// How a round of on_send calls ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Every task had nothing: sleep a little.
    Idle,
    /// Every task that is not finished has as many pending tuples as it may: sleep until one is decided.
    Gated,
    /// As [`Pause`].
    Pause(Pause),
}

/// Calls on_send of the tasks in turn. Under rb_protect, as the bolts' loop: owns nothing.
pub unsafe fn run_sends(spout: *mut Spout) -> Round {
    unsafe {
        let beat = (*spout).run.pulse.beat();
        let now = if (*spout).troubled { (*spout).core.refresh() } else { 0 };
        let count = (*spout).tasks.len();
        let (mut silent, mut asked) = (0, false);
        while silent < count {
            let position = (*spout).cursor;
            (*spout).cursor = if position + 1 == count { 0 } else { position + 1 };
            let troubled = (*spout).troubled && (&(*spout).troubles)[position].1 > now;
            if troubled || (&(*spout).finished)[position] || (*spout).is_gated(position as u32) {
                silent += 1;
                continue;
            }
            asked = true;
            match ask(spout, position) {
                Ok(true) => silent = 0,
                Ok(false) => silent += 1,
                Err(pause) => return Round::Pause(pause),
            }
            if (*spout).core.outbox.is_full() || (*spout).run.pulse.beat() != beat {
                return Round::Pause(Pause::Breath);
            }
        }
        if asked { Round::Idle } else { Round::Gated }
    }
}

/// Calls on_send of one task; whether it emitted anything.
#[inline]
unsafe fn ask(spout: *mut Spout, position: usize) -> Result<bool, Pause> {
    unsafe {
        (*spout).position = position as u32;
        let before = (*spout).emits;
        if (*spout).open_since.load(Ordering::Relaxed) == 0 && !(*spout).core.is_clean() {
            (*spout)
                .open_since
                .store((*spout).run.pulse.beat().max(1), Ordering::Relaxed);
        }
        (*spout).until_look -= 1;
        let look = (*spout).until_look == 0;
        let mut since = 0;
        if look {
            // before the call, which may jump out of here
            (*spout).until_look = LOOK_EVERY;
            since = (*spout).run.shared.clock.now();
        }
        let instance = elements((*spout).objects.instances)[position];
        (*spout).in_handler = true;
        let result = rb_funcallv(instance, (*spout).handler.method, 0, std::ptr::null());
        (*spout).in_handler = false;
        if crate::fork::generation() != (*spout).run.generation {
            return Err(Pause::Forked);
        }
        if look || (*spout).run.pulse.beat() != (*spout).fresh_at {
            // the time from which the timeout of the tuple counts: not older than a beat
            (*spout).fresh_at = (*spout).run.pulse.beat();
            (*spout).core.refresh();
        }
        if look {
            let now = (*spout).core.now();
            (*spout).slow = now.saturating_sub(since) >= SLOW;
            if (*spout).slow {
                (*spout).until_look = 1;
            }
        }
        if let Err(refusal) = emit_returned(spout, result, position as u32) {
            (*spout).refusal = Some(refusal);
            return Err(Pause::Refused);
        }
        if (*spout).troubled {
            (*spout).clear_trouble(position);
        }
        let emitted = (*spout).emits != before;
        if emitted {
            (*spout).idle = IDLE_FIRST;
            if (*spout).slow {
                return Err(Pause::Breath);
            }
        }
        Ok(emitted)
    }
}

#[inline]
unsafe fn emit_returned(spout: *mut Spout, result: VALUE, position: u32) -> Result<(), (Refusal, Reading)> {
    unsafe {
        let Some(stream) = (*spout).returns else { return Ok(()) };
        if (*spout).handler.id_first {
            return emit_with_id(spout, stream, position, result).map_err(|refusal| (refusal, Reading::WithId));
        }
        match read(result).map_err(|refusal| (refusal, Reading::Several))? {
            Returned::Nothing => Ok(()),
            Returned::One(row) => emit_row(spout, stream, position, None, row).map_err(|r| (r, Reading::One)),
            Returned::Several(rows) => {
                let arity = (&(*spout).streams)[stream].arity;
                for row in elements(rows) {
                    let width = rb_sys::RARRAY_LEN(*row) as usize;
                    if width != arity {
                        return Err((Refusal::Arity(stream, width), Reading::Several));
                    }
                }
                let mut index = 0;
                while index < rb_sys::RARRAY_LEN(rows) {
                    let row = rb_sys::rb_ary_entry(rows, index);
                    if !is_array(row) {
                        return Err((Refusal::Mixed(index as usize), Reading::Several));
                    }
                    emit_row(spout, stream, position, None, row).map_err(|r| (r, Reading::Several))?;
                    index += 1;
                }
                std::hint::black_box(rows);
                Ok(())
            }
        }
    }
}

/// `[id, *values]`.
unsafe fn emit_with_id(spout: *mut Spout, stream: usize, position: u32, result: VALUE) -> Result<(), Refusal> {
    unsafe {
        if is_falsy(result) {
            return Ok(());
        }
        if !is_array(result) {
            return emit_row(spout, stream, position, Some(result), rb_sys::rb_ary_new());
        }
        match elements(result) {
            [] => Err(Refusal::NoId),
            [id, values @ ..] => {
                let row = rb_sys::rb_ary_new_from_values(values.len() as _, values.as_ptr());
                emit_row(spout, stream, position, Some(*id), row)
            }
        }
    }
}

#[inline]
unsafe fn emit_row(
    spout: *mut Spout,
    stream: usize,
    position: u32,
    id: Option<VALUE>,
    row: VALUE,
) -> Result<(), Refusal> {
    unsafe {
        let out = &raw mut (&mut (*spout).streams)[stream];
        if (*out).direct {
            return Err(Refusal::NoTask(stream));
        }
        let row = prepare(&mut *out, stream, row)?;
        if !(*out).customs.is_empty() {
            choose(spout, stream, position, row.values)?;
        }
        (*spout).emit(position, stream, None, id, &row);
        std::hint::black_box((row, id));
        Ok(())
    }
}

/// Asks the custom groupings of a stream. Calls Ruby: may jump; nothing was emitted yet.
pub unsafe fn choose(spout: *mut Spout, stream: usize, position: u32, row: VALUE) -> Result<(), Refusal> {
    unsafe {
        let from = (&(*spout).tasks)[position as usize];
        let customs = (*spout).objects.customs;
        crate::custom::choose(
            &(&(*spout).streams)[stream].customs,
            customs,
            &raw mut (*spout).chosen,
            from,
            row,
        )
        .map_err(|choice| Refusal::BadChoice(stream, choice))?;
        (*spout).run.refuse_child()
    }
}

/// Emits the tuples whose back-off is over. Under rb_protect: custom groupings are Ruby code.
pub unsafe fn run_retries(spout: *mut Spout) -> Result<(), Refusal> {
    unsafe {
        let now = (*spout).core.refresh();
        while let Some(slot) = (*spout).core.pending.due(now) {
            (*spout).retrying = Some(slot);
            let record = *(*spout).core.pending.slot(slot);
            let (_, values) = (*spout).kept.get(slot);
            let stream = record.stream as usize;
            if !(&(*spout).streams)[stream].customs.is_empty() {
                choose(spout, stream, record.task, values)?;
            }
            let row = Row::of(&(&(*spout).streams)[stream], values);
            let this = &mut *spout;
            let from = this.tasks[record.task as usize];
            let to = this.named.get(&slot).copied();
            let mut keys = RubyKeys {
                row: &row,
                scratch: &mut this.scratch,
                chosen: &this.chosen,
            };
            if !this.core.emit_again(slot, from, to, &values, row.bytes, &mut keys) {
                // nobody reads it (a custom grouping chose none): done
                this.outcomes.push_back((slot, Outcome::Acked));
            }
            this.retrying = None;
            if this.core.outbox.is_full() {
                break;
            }
        }
        Ok(())
    }
}
