//! A bolt executor's Ruby half: calls the handler for every tuple of a batch under one lock hold.

// Pointers to the state are valid for the executor's whole life (`executor`); each reference made from one ends with its
// statement, before Ruby runs.
#![allow(dangerous_implicit_autorefs)]

mod batch;
mod handler;
mod run;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use magnus::rb_sys::AsRawValue;
use magnus::{Error, RHash, Ruby};
use rb_sys::{VALUE, rb_ary_new};
use redgale_engine::anchor::{Anchors, Root};
use redgale_engine::batch::{Batch, Payload};
use redgale_engine::bolt::BoltCore;
use redgale_engine::clock::Nanos;
use redgale_engine::mailbox::Mail;
use redgale_engine::outbox::{Joint, JointInput, Single};

use crate::convert;
use crate::emit::{Reading, Refusal, Row};
use crate::executor::{Objects, OutStream, RunShared, out_streams};
use crate::keys::RubyKeys;
use crate::roots::RubyRows;
use crate::tuple::{Entry, Pages, Status};
use crate::value::{NIL, elements, is_array};

pub use batch::{collected_input, run_collected};
pub use handler::{Handler, Mode};
pub use run::run_handlers;

/// Execute and process latency are taken of one tuple in this many.
const SAMPLE: u32 = redgale_engine::spout::SAMPLE;

/// Sampled inputs that may wait for their ack; beyond that all are forgotten.
const MOST_SAMPLED: usize = 1_024;

/// A batch that was taken from the mailbox.
#[derive(Debug)]
struct Taken {
    batch: Batch,
    /// Ruby Array of rows, rooted under `token` until the batch is done.
    rows: VALUE,
    token: u32,
    next: usize,
}

/// Tuples one task collects for its on_batch handler.
#[derive(Debug)]
struct Collected {
    /// Token of the Array they are in.
    tuples: u32,
    /// When the first of them came.
    since: Option<Nanos>,
}

/// State of a bolt executor.
#[derive(Debug)]
pub struct Bolt {
    /// The engine's half.
    pub core: BoltCore<RubyRows>,
    /// Streams of the component.
    pub streams: Vec<OutStream>,
    /// Ruby objects.
    pub objects: Objects,
    /// Task ids by position.
    pub tasks: Vec<u32>,
    run: Arc<RunShared>,
    handler: Handler,
    /// Position of stream `default`, if returned values are emitted at all.
    returns: Option<usize>,
    taken: VecDeque<Taken>,
    mail: Mail,
    pages: Pages,
    scratch: Vec<u8>,
    chosen: Vec<Vec<u32>>,
    /// What the handler now running was called with; null outside of it.
    current: *mut Entry,
    /// The object of `current` (nil for on_values).
    current_tuple: VALUE,
    /// `current` of handlers without a tuple object.
    plain: Entry,
    /// Position of the task whose handler runs.
    position: u32,
    refusal: Option<(Refusal, Reading)>,
    /// Tuples collected for on_batch, by task position.
    collected: Vec<Collected>,
    /// Beat at which something entered the empty outbox, 0 when it is empty: read by the pulse.
    open_since: Arc<AtomicU32>,
    until_sample: u32,
    /// When the handler of each sampled input that is neither acked nor failed began.
    sampled: HashMap<*mut Entry, Nanos>,
    number: u32,
    tuple_class: VALUE,
    watched: bool,
}

/// Why the handler loop came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// Nothing taken is left.
    Empty,
    /// Outbox full or the beat moved on: flush, offer the lock, go on.
    Breath,
    /// The handler returned in a forked child.
    Forked,
    /// What the handler returned cannot be emitted.
    Refused,
}

impl Bolt {
    /// A bolt executor's state, before its thread runs.
    ///
    /// # Errors
    /// A handler description that is not as it should be.
    pub fn new(ruby: &Ruby, run: Arc<RunShared>, index: usize, options: RHash) -> Result<Self, Error> {
        let roots = Arc::clone(&run.roots);
        let core = BoltCore::new(Arc::clone(&run.shared), index, |destination| {
            RubyRows::to(&run.shared, &roots, destination)
        });
        let streams = out_streams(&core.outbox, &run);
        let handler = Handler::new(ruby, options)?;
        let default = crate::meta::symbol("default");
        let returns = streams
            .iter()
            .position(|stream| stream.name == default && stream.arity > 0);
        let tasks = run.shared.plan.executors[index].tasks.clone();
        let collect = |_: &u32| {
            // SAFETY: VM lock; rooted at once.
            let tuples = run.roots.hold(unsafe { rb_ary_new() });
            Collected { tuples, since: None }
        };
        Ok(Bolt {
            collected: tasks.iter().map(collect).collect(),
            open_since: Arc::default(),
            tasks,
            pages: Pages::new(Arc::clone(&run.metas)),
            returns: if handler.emit { returns } else { None },
            core,
            streams,
            handler,
            objects: Objects::none(&run),
            taken: VecDeque::new(),
            mail: Mail::default(),
            scratch: Vec::new(),
            chosen: Vec::new(),
            current: std::ptr::null_mut(),
            current_tuple: NIL,
            plain: Entry::new(NIL, std::ptr::null(), Anchors::None, 0, 0),
            position: 0,
            refusal: None,
            until_sample: 1,
            sampled: HashMap::new(),
            number: 0,
            tuple_class: handler.tuple_class,
            watched: run.is_watched(index),
            run,
        })
    }

    /// Sets the executor's process-wide number (after it was made).
    pub fn set_number(&mut self, number: u32) {
        self.number = number;
    }

    /// Takes what is in the mailbox; whether there is anything to handle now. Needs the VM lock (native rows become Ruby
    /// values here).
    ///
    /// # Errors
    /// NoMemoryError while values are made.
    pub fn take(&mut self, ruby: &Ruby) -> Result<bool, Error> {
        if self.taken.is_empty() {
            let mut mail = std::mem::take(&mut self.mail);
            self.run.shared.mailboxes[self.core.executor].take(&mut mail);
            for batch in mail.batches.drain(..) {
                let token = match &batch.payload {
                    Payload::Host(token) => *token as u32,
                    Payload::Native(rows) => self.run.roots.hold(convert::rows(ruby, rows)?.as_raw()),
                };
                self.taken.push_back(Taken {
                    rows: self.run.roots.get(token),
                    batch,
                    token,
                    next: 0,
                });
            }
            self.mail = mail;
        }
        Ok(!self.taken.is_empty())
    }

    fn collected_len(&self, position: u32) -> usize {
        let tuples = self.run.roots.get(self.collected[position as usize].tuples);
        // SAFETY: VM lock; a rooted Array.
        (unsafe { rb_sys::RARRAY_LEN(tuples) }) as usize
    }

    /// Marks the input of the handler that runs or was just left by a jump. Called by the GC alone.
    pub fn mark(&self) {
        // SAFETY: the GC runs with the VM lock.
        unsafe { rb_sys::rb_gc_mark(self.current_tuple) };
    }

    /// When a task must get what it has collected, and which (position): the earliest.
    pub fn collected_until(&self) -> Option<(Nanos, u32)> {
        let Mode::Batch { within, .. } = self.handler.mode else {
            return None;
        };
        let due = |(position, collected): (usize, &Collected)| {
            collected
                .since
                .map(|since| (since.saturating_add(within), position as u32))
        };
        self.collected.iter().enumerate().filter_map(due).min()
    }

    /// The beat since which the outbox holds something, shared with the pulse.
    pub fn open_since(&self) -> Arc<AtomicU32> {
        Arc::clone(&self.open_since)
    }

    /// Tells the pulse that something waits to be handed on while a handler is about to run.
    #[inline]
    fn note_open(&self) {
        if self.open_since.load(Ordering::Relaxed) == 0 && !self.core.is_clean() {
            self.open_since.store(self.run.pulse.beat().max(1), Ordering::Relaxed);
        }
    }

    /// The task whose handler runs or ran last.
    pub fn position(&self) -> u32 {
        self.position
    }

    /// The input of the handler that runs now.
    pub fn current(&self) -> *mut Entry {
        self.current
    }

    /// Emits one tuple; `entry` null: unanchored. `row` was prepared.
    #[allow(clippy::too_many_arguments)] // the hot path, as Outbox::emit
    pub unsafe fn emit(&mut self, entry: *mut Entry, stream: usize, from: u32, to: Option<u32>, row: &Row) {
        let (values, bytes) = (row.lanes(), row.bytes);
        let mut keys = RubyKeys {
            row,
            scratch: &mut self.scratch,
            chosen: &self.chosen,
        };
        let outbox = &mut self.core.outbox;
        let deliveries = unsafe {
            match entry.as_mut().map(|entry| (entry.single(), entry)) {
                None => {
                    let mut tree = Single {
                        root: Root::UNTRACKED,
                        out: 0,
                    };
                    outbox.emit(stream, from, to, &values, bytes, &mut keys, &mut tree)
                }
                Some((Some(root), entry)) => {
                    let mut tree = Single { root, out: 0 };
                    let deliveries = outbox.emit(stream, from, to, &values, bytes, &mut keys, &mut tree);
                    if entry.status == Status::Open {
                        entry.out ^= tree.out;
                    } else {
                        self.core.extend(entry.anchors(), tree.out);
                    }
                    deliveries
                }
                Some((None, entry)) => {
                    let mut inputs = [JointInput::new(entry.anchors())];
                    let deliveries = outbox.emit(stream, from, to, &values, bytes, &mut keys, &mut Joint(&mut inputs));
                    if entry.status == Status::Open {
                        entry.out ^= inputs[0].out;
                    } else {
                        self.core.extend(entry.anchors(), inputs[0].out);
                    }
                    deliveries
                }
            }
        };
        self.count_emit(stream, from, row.values, deliveries);
    }

    #[inline]
    fn count_emit(&self, stream: usize, from: u32, row: VALUE, deliveries: u64) {
        let metrics = self.core.metrics();
        metrics.emitted.add(1);
        metrics.transferred.add(deliveries);
        if self.watched {
            let stream = self.core.outbox.streams()[stream].stream;
            self.run.witness(self.core.executor, stream, from, row, NIL);
        }
    }

    /// Emits one tuple anchored to several inputs.
    pub unsafe fn emit_joint(&mut self, entries: &[*mut Entry], stream: usize, from: u32, to: Option<u32>, row: &Row) {
        let mut inputs: Vec<JointInput> = entries
            .iter()
            .map(|entry| JointInput::new(unsafe { &**entry }.anchors()))
            .collect();
        let mut keys = RubyKeys {
            row,
            scratch: &mut self.scratch,
            chosen: &self.chosen,
        };
        let deliveries = self.core.outbox.emit(
            stream,
            from,
            to,
            &row.lanes(),
            row.bytes,
            &mut keys,
            &mut Joint(&mut inputs),
        );
        for (entry, input) in entries.iter().zip(inputs) {
            let entry = unsafe { &mut **entry };
            if entry.status == Status::Open {
                entry.out ^= input.out;
            } else {
                self.core.extend(entry.anchors(), input.out);
            }
        }
        self.count_emit(stream, from, row.values, deliveries);
    }

    /// Acks an input; a second ack or fail is ignored and counted.
    #[inline]
    pub unsafe fn ack(&mut self, entry: *mut Entry) {
        let entry = unsafe { &mut *entry };
        if entry.status != Status::Open {
            self.core.metrics().ignored_acks.add(1);
            return;
        }
        entry.status = Status::Acked;
        self.core.ack(entry.anchors(), entry.out);
        if entry.sampled
            && let Some(since) = self.sampled.remove(&std::ptr::from_mut(entry))
        {
            self.core
                .metrics()
                .process
                .record(self.run.shared.clock.now().saturating_sub(since));
        }
    }

    /// Fails an input; a second ack or fail is ignored and counted.
    pub unsafe fn fail(&mut self, entry: *mut Entry) {
        let entry = unsafe { &mut *entry };
        if entry.status != Status::Open {
            self.core.metrics().ignored_acks.add(1);
            return;
        }
        entry.status = Status::Failed;
        self.core.fail(entry.anchors());
        if entry.sampled {
            self.sampled.remove(&std::ptr::from_mut(entry));
        }
    }

    /// After a handler ended by an exception or a jump: fails its input or inputs and gives the tuple (or Array of tuples)
    /// it was called with.
    pub unsafe fn abandon(&mut self) -> VALUE {
        unsafe {
            let tuple = self.current_tuple;
            if !self.current.is_null() {
                // user code may have acked or failed it before it raised
                if (*self.current).status == Status::Open {
                    self.fail(self.current);
                }
            } else if is_array(tuple) {
                for tuple in elements(tuple) {
                    if let Some(entry) = crate::tuple::entry(*tuple)
                        && (*entry).status == Status::Open
                    {
                        self.fail(entry);
                    }
                }
                self.core.handled(elements(tuple).len());
            }
            self.end_call();
            tuple
        }
    }

    /// Notes when the handler of a sampled input began. Inputs that are never acked nor failed leave entries behind, of tuples
    /// that may be gone: an entry only counts if its tuple says that it is sampled.
    unsafe fn sample(&mut self, entry: *mut Entry, since: Nanos) {
        if self.sampled.len() >= MOST_SAMPLED {
            self.sampled.clear();
        }
        unsafe { (*entry).sampled = true };
        self.sampled.insert(entry, since);
    }

    fn end_call(&mut self) {
        self.current = std::ptr::null_mut();
        self.current_tuple = NIL;
        self.plain.clear();
    }

    /// The roots of the input that was just abandoned or failed, for `on_give_up`.
    pub unsafe fn current_anchors(&self) -> Vec<redgale_engine::anchor::Anchor> {
        unsafe {
            if !self.current.is_null() {
                return crate::executor::to_vec((*self.current).anchors());
            }
            let mut list = Vec::new();
            if is_array(self.current_tuple) {
                for tuple in elements(self.current_tuple) {
                    if let Some(entry) = crate::tuple::entry(*tuple) {
                        list.extend(crate::executor::to_vec((*entry).anchors()));
                    }
                }
            }
            list
        }
    }

    /// Takes the refusal that ended the handler loop.
    pub fn take_refusal(&mut self) -> Option<(Refusal, Reading)> {
        self.refusal.take()
    }

    /// Asks the custom groupings of a stream. Calls Ruby: may jump; nothing was emitted yet.
    pub unsafe fn choose(this: *mut Self, stream: usize, from: u32, row: VALUE) -> Result<(), Refusal> {
        unsafe {
            crate::custom::choose(
                &(*this).streams[stream].customs,
                (*this).objects.customs,
                &raw mut (*this).chosen,
                from,
                row,
            )
        }
        .map_err(|choice| Refusal::BadChoice(stream, choice))?;
        unsafe { (*this).run.refuse_child() }
    }
}
