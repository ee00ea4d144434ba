//! Executors written in Rust: each runs on a thread of its own, without any host language.

use std::sync::Arc;
use std::time::Duration;

use redgale_codec::{Value, encode, fields_hash};

use crate::anchor::Root;
use crate::batch::{Batch, NativeRows, Payload, Row};
use crate::bolt::BoltCore;
use crate::clock::nanos;
use crate::engine::Shared;
use crate::mailbox::{Mail, Mailbox, Waiter};
use crate::outbox::{Joint, JointInput, Single};
use crate::pending::Outcome;
use crate::phase::Phase;
use crate::route::Keys;
use crate::spout::SpoutCore;

/// How long a native spout sleeps after it had nothing to emit.
const IDLE: Duration = Duration::from_millis(1);

/// [`Keys`] of native values.
#[derive(Debug)]
pub struct RowKeys<'a> {
    row: &'a [Value],
    scratch: Vec<u8>,
}

impl<'a> RowKeys<'a> {
    /// The keys of `row`.
    pub fn new(row: &'a [Value]) -> Self {
        RowKeys {
            row,
            scratch: Vec::new(),
        }
    }
}

impl Keys for RowKeys<'_> {
    fn hash(&mut self, fields: &[usize]) -> u64 {
        self.scratch.clear();
        fields
            .iter()
            .for_each(|field| encode(&self.row[*field], &mut self.scratch));
        fields_hash(&self.scratch)
    }

    fn chosen(&self, _: usize) -> &[u32] {
        // a custom grouping is an object of the host language; native components cannot have one
        &[]
    }
}

/// What a native bolt may do while it handles a tuple.
#[derive(Debug)]
pub struct Collector<'a> {
    core: &'a mut BoltCore<NativeRows>,
    from: u32,
    input: JointInput,
}

impl Collector<'_> {
    /// Emits on stream number `stream` of this component, anchored to the input.
    ///
    /// # Panics
    /// If `row` has not one value for each field of the stream.
    pub fn emit(&mut self, stream: usize, row: Row) {
        assert_eq!(
            row.len(),
            self.core.outbox.streams()[stream].arity,
            "values of stream {stream}"
        );
        let mut keys = RowKeys::new(&row);
        let (value, from) = (row.clone(), self.from);
        let deliveries = match self.input.anchors[..] {
            [] | [_] => {
                let root = self.input.anchors.first().map_or(Root::UNTRACKED, |anchor| anchor.root);
                let mut tree = Single { root, out: 0 };
                let deliveries = self
                    .core
                    .outbox
                    .emit(stream, from, None, &value, 0, &mut keys, &mut tree);
                self.input.out ^= tree.out;
                deliveries
            }
            _ => {
                let mut tree = Joint(std::slice::from_mut(&mut self.input));
                self.core
                    .outbox
                    .emit(stream, from, None, &value, 0, &mut keys, &mut tree)
            }
        };
        self.core.metrics().emitted.add(1);
        self.core.metrics().transferred.add(deliveries);
    }
}

/// A bolt written in Rust. Returning Ok acks the tuple, Err fails it.
pub trait NativeBolt: Send {
    /// Handles one tuple.
    fn execute(&mut self, stream: u32, values: &[Value], out: &mut Collector<'_>) -> Result<(), String>;
}

/// What a native spout did when asked for a tuple.
#[derive(Debug)]
pub enum Next {
    /// Emit this on stream number `stream`, tracked under `id`.
    Emit {
        /// Stream number within the component.
        stream: usize,
        /// Values.
        row: Row,
        /// Given back in ack and fail.
        id: u64,
    },
    /// Nothing right now.
    Idle,
    /// Nothing ever again.
    Finished,
}

/// A spout written in Rust. It owns its replay: after `fail(id)` it emits the tuple again when it sees fit.
pub trait NativeSpout: Send {
    /// The next tuple, if there is one.
    fn next(&mut self) -> Next;
    /// The tree of `id` is done.
    fn ack(&mut self, id: u64);
    /// The tree of `id` failed or timed out.
    fn fail(&mut self, id: u64);
}

/// Runs bolt executor `executor` until the run stops. `tasks`: one bolt for each of its tasks.
pub fn run_bolt(shared: &Arc<Shared>, executor: usize, mut tasks: Vec<Box<dyn NativeBolt>>) {
    let ids = shared.plan.executors[executor].tasks.clone();
    let mut core = BoltCore::new(Arc::clone(shared), executor, |_| NativeRows::default());
    let waiter = Waiter::current();
    let mut mail = Mail::default();
    while shared.phase.get() != Phase::Stopping {
        shared.mailboxes[executor].wait(&waiter, &shared.clock, None);
        shared.mailboxes[executor].take(&mut mail);
        for batch in mail.batches.drain(..) {
            if shared.phase.get() == Phase::Stopping {
                return;
            }
            execute(&mut core, &batch, &ids, &mut tasks);
            flush_all(shared, || {
                core.flush().map(|mailbox| mailbox.wait_room(&waiter)).is_some()
            });
        }
    }
}

fn execute(core: &mut BoltCore<NativeRows>, batch: &Batch, ids: &[u32], tasks: &mut [Box<dyn NativeBolt>]) {
    let Payload::Native(rows) = &batch.payload else {
        unreachable!("the lane to a native executor is native")
    };
    for (index, row) in rows.iter().enumerate() {
        let header = batch.headers[index];
        let input = JointInput::new(batch.anchors(index));
        let mut out = Collector {
            core,
            from: ids[header.to as usize],
            input,
        };
        let result = tasks[header.to as usize].execute(header.stream, row, &mut out);
        let out = out.input.out;
        match result {
            Ok(()) => core.ack(batch.anchors(index), out),
            Err(_) => core.fail(batch.anchors(index)),
        }
        core.metrics().executed.add(1);
        if core.outbox.is_full() {
            let (waiter, shared) = (Waiter::current(), Arc::clone(&core.shared));
            flush_all(&shared, || {
                core.flush().map(|mailbox| mailbox.wait_room(&waiter)).is_some()
            });
        }
    }
    core.handled(batch.len());
}

/// Flushes until everything is handed on; when the run stops, what is left is not.
fn flush_all(shared: &Shared, mut blocked: impl FnMut() -> bool) {
    while blocked() && shared.phase.get() != Phase::Stopping {}
}

/// Runs a spout executor with one task until the run stops.
pub fn run_spout(shared: &Arc<Shared>, executor: usize, mut spout: Box<dyn NativeSpout>) {
    let task = shared.plan.executors[executor].tasks[0];
    let max_pending = shared.settings_of(executor).max_spout_pending;
    let mut core = SpoutCore::new(Arc::clone(shared), executor, |_| NativeRows::default());
    let mut ids: Vec<u64> = Vec::new();
    let (mut mail, mut outcomes) = (Mail::default(), Vec::new());
    let (waiter, mut finished) = (Waiter::current(), false);
    loop {
        let phase = shared.phase.get();
        if phase == Phase::Stopping {
            return;
        }
        shared.mailboxes[executor].take(&mut mail);
        core.outcomes(&mut mail.completions, &mut outcomes);
        for (slot, outcome) in outcomes.drain(..) {
            core.count(outcome);
            core.pending.close(slot);
            match outcome {
                Outcome::Acked => spout.ack(ids[slot as usize]),
                Outcome::Failed | Outcome::TimedOut => spout.fail(ids[slot as usize]),
            }
            // a failed tuple may come again
            finished &= outcome == Outcome::Acked;
        }
        let mut idle = true;
        while shared.phase.get() == Phase::Active && core.pending.len() < max_pending && !core.outbox.is_full() {
            match spout.next() {
                Next::Emit { stream, row, id } => {
                    idle = false;
                    let mut keys = RowKeys::new(&row);
                    match core.emit(0, task, stream, None, &row.clone(), 0, &mut keys) {
                        None => spout.ack(id),
                        Some(slot) => {
                            ids.resize(ids.len().max(slot as usize + 1), 0);
                            ids[slot as usize] = id;
                        }
                    }
                }
                Next::Idle => break,
                Next::Finished => {
                    finished = true;
                    break;
                }
            }
        }
        flush_all(shared, || {
            core.flush()
                .map(|mailbox: &Mailbox| mailbox.wait_room(&waiter))
                .is_some()
        });
        if phase == Phase::Draining {
            shared.fall_silent(executor);
        }
        if finished && core.pending.is_empty() {
            shared.finish(executor);
        }
        if idle {
            let deadline = if finished {
                core.pending.next_due()
            } else {
                Some(shared.clock.now() + nanos(IDLE))
            };
            shared.mailboxes[executor].wait(&waiter, &shared.clock, deadline);
        }
    }
}
