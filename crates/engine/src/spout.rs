//! The engine's half of a spout executor.

use std::sync::Arc;

use crate::anchor::Root;
use crate::batch::{Batch, Rows};
use crate::bolt::fail_refused;
use crate::clock::Nanos;
use crate::engine::Shared;
use crate::fold::Fold;
use crate::ledger::{Begin, Completion, Verdict};
use crate::mailbox::Mailbox;
use crate::metrics::ExecutorMetrics;
use crate::outbox::{Outbox, Single};
use crate::pending::{Outcome, Pending};
use crate::route::Keys;

/// Complete latency is taken of one tuple in this many (Storm's `topology.stats.sample.rate` 0.05).
pub const SAMPLE: u32 = 20;

/// Emits, pending tuples and verdicts of one spout executor. Driven by one thread at a time.
#[derive(Debug)]
pub struct SpoutCore<R> {
    /// The run.
    pub shared: Arc<Shared>,
    /// Index of the executor.
    pub executor: usize,
    /// What was emitted.
    pub outbox: Outbox<R>,
    /// Tuples neither acked nor given up.
    pub pending: Pending,
    ledger: usize,
    begins: Vec<Begin>,
    fold: Fold,
    refused: Vec<Batch>,
    due: Vec<(u32, u32)>,
    now: Nanos,
    until_sample: u32,
}

impl<R: Rows> SpoutCore<R> {
    /// The core of `executor`; `rows` makes the open rows for a destination executor.
    pub fn new(shared: Arc<Shared>, executor: usize, rows: impl FnMut(usize) -> R) -> Self {
        let settings = shared.settings_of(executor);
        let timeout = settings.message_timeout.map(crate::clock::nanos);
        let pending = Pending::new(shared.plan.executors[executor].tasks.len(), timeout);
        let ledger = shared
            .owners
            .iter()
            .position(|owner| *owner == executor)
            .expect("a spout executor owns a ledger");
        let outbox = Outbox::new(&shared, executor, rows);
        SpoutCore {
            pending,
            ledger,
            outbox,
            executor,
            shared,
            begins: Vec::new(),
            fold: Fold::default(),
            refused: Vec::new(),
            due: Vec::new(),
            now: 0,
            until_sample: 1,
        }
    }

    /// What this executor measures.
    #[inline]
    pub fn metrics(&self) -> &ExecutorMetrics {
        &self.shared.metrics[self.executor]
    }

    /// The root of the present try of a slot.
    pub fn root(&self, slot: u32) -> Root {
        Root::new(0, self.ledger as u16, slot, self.pending.generation(slot))
    }

    /// When the clock was read last.
    #[inline]
    pub fn now(&self) -> Nanos {
        self.now
    }

    /// Reads the clock; what is emitted afterwards counts its timeout from here.
    pub fn refresh(&mut self) -> Nanos {
        self.now = self.shared.clock.now();
        self.now
    }

    #[inline]
    fn sampled(&mut self) -> Nanos {
        self.until_sample -= 1;
        if self.until_sample > 0 {
            return 0;
        }
        self.until_sample = SAMPLE;
        self.shared.clock.now().max(1)
    }

    /// Emits a tracked tuple of the task at position `task` and gives its slot, or None when nobody gets the tuple: then it
    /// is done at once.
    #[inline]
    #[allow(clippy::too_many_arguments)] // as Outbox::emit
    pub fn emit(
        &mut self,
        task: u32,
        from: u32,
        stream: usize,
        to: Option<u32>,
        value: &R::Value,
        bytes: usize,
        keys: &mut impl Keys,
    ) -> Option<u32> {
        let emitted = self.sampled();
        let (slot, generation) = self.pending.open(task, stream as u32, self.now, emitted);
        let deliveries = self.send(slot, generation, from, stream, to, value, bytes, keys);
        if deliveries == 0 {
            self.pending.decide(Completion {
                slot,
                generation,
                verdict: Verdict::Acked,
            });
            self.pending.close(slot);
            self.metrics().acked.add(1);
            return None;
        }
        Some(slot)
    }

    /// Emits the tuple of a waiting slot once more. Gives false when nobody gets it: then it is done, and the caller closes
    /// its slot.
    #[allow(clippy::too_many_arguments)] // as Outbox::emit
    pub fn emit_again(
        &mut self,
        slot: u32,
        from: u32,
        to: Option<u32>,
        value: &R::Value,
        bytes: usize,
        keys: &mut impl Keys,
    ) -> bool {
        let emitted = self.sampled();
        let generation = self.pending.reopen(slot, self.now, emitted);
        let stream = self.pending.slot(slot).stream as usize;
        let taken = self.send(slot, generation, from, stream, to, value, bytes, keys) > 0;
        if !taken {
            let verdict = Verdict::Acked;
            self.pending.decide(Completion {
                slot,
                generation,
                verdict,
            });
        }
        taken
    }

    #[inline]
    #[allow(clippy::too_many_arguments)] // as Outbox::emit
    fn send(
        &mut self,
        slot: u32,
        generation: u32,
        from: u32,
        stream: usize,
        to: Option<u32>,
        value: &R::Value,
        bytes: usize,
        keys: &mut impl Keys,
    ) -> u64 {
        let root = Root::new(0, self.ledger as u16, slot, generation);
        let mut tree = Single { root, out: 0 };
        let deliveries = self.outbox.emit(stream, from, to, value, bytes, keys, &mut tree);
        if deliveries > 0 {
            self.begins.push(Begin {
                slot,
                generation,
                xor: tree.out,
            });
        }
        let metrics = self.metrics();
        metrics.emitted.add(1);
        metrics.transferred.add(deliveries);
        deliveries
    }

    /// Emits a tuple that nobody tracks.
    #[inline]
    #[allow(clippy::too_many_arguments)] // as Outbox::emit
    pub fn emit_untracked(
        &mut self,
        from: u32,
        stream: usize,
        to: Option<u32>,
        value: &R::Value,
        bytes: usize,
        keys: &mut impl Keys,
    ) {
        let mut tree = Single {
            root: Root::UNTRACKED,
            out: 0,
        };
        let deliveries = self.outbox.emit(stream, from, to, value, bytes, keys, &mut tree);
        let metrics = self.metrics();
        metrics.emitted.add(1);
        metrics.transferred.add(deliveries);
    }

    /// Turns verdicts from the mailbox and timeouts that are due into outcomes. The caller then calls
    /// [`SpoutCore::count`], and [`Pending::close`] or [`Pending::retry_at`], for each.
    pub fn outcomes(&mut self, completions: &mut Vec<Completion>, outcomes: &mut Vec<(u32, Outcome)>) {
        let now = self.refresh();
        // a tree that is not in the ledger yet could not be expired there
        self.write_begins();
        for completion in completions.drain(..) {
            if let Some(outcome) = self.pending.decide(completion) {
                let record = self.pending.slot(completion.slot);
                if outcome == Outcome::Acked && record.emitted > 0 {
                    self.metrics().complete.record(now.saturating_sub(record.emitted));
                }
                outcomes.push((completion.slot, outcome));
            }
        }
        self.pending.expire(now, &mut self.due);
        if !self.due.is_empty() {
            self.shared.ledgers[self.ledger].expire(&mut self.due);
            outcomes.extend(self.due.drain(..).map(|(slot, _)| (slot, Outcome::TimedOut)));
        }
    }

    /// Counts an outcome. Called when its slot is dealt with, so that at any end what is acked or given up and what is
    /// pending add up.
    #[inline]
    pub fn count(&self, outcome: Outcome) {
        let metrics = self.metrics();
        match outcome {
            Outcome::Acked => metrics.acked.add(1),
            Outcome::Failed => metrics.failed.add(1),
            Outcome::TimedOut => {
                metrics.failed.add(1);
                metrics.timed_out.add(1);
            }
        }
    }

    /// Shows the number of pending tuples to others. A flush does it too.
    pub fn show_pending(&self) {
        self.metrics().pending.set(self.pending.len() as u64);
    }

    fn write_begins(&mut self) {
        if !self.begins.is_empty() {
            self.shared.ledgers[self.ledger].begin(&self.begins);
            self.begins.clear();
        }
    }

    /// Whether a flush would do anything.
    pub fn is_clean(&self) -> bool {
        self.outbox.is_empty() && self.begins.is_empty() && self.fold.is_empty()
    }

    /// Writes the roots of new tuples into the ledger, then hands the tuples on: in this order, so that no ack can come
    /// before its root. Gives the full mailbox to wait for, if one blocks.
    pub fn flush(&mut self) -> Option<&Mailbox> {
        self.write_begins();
        let blocked = self.outbox.flush(&self.shared, &mut self.refused);
        let metrics = &self.shared.metrics[self.executor];
        fail_refused(&mut self.refused, &mut self.fold, metrics, |payload| {
            self.outbox.discard(payload)
        });
        self.shared.settle(&mut self.fold);
        metrics.pending.set(self.pending.len() as u64);
        blocked
    }
}
