//! The engine's half of a bolt executor.

use std::sync::Arc;

use crate::anchor::Anchors;
use crate::batch::{Batch, Payload, Rows};
use crate::engine::Shared;
use crate::fold::Fold;
use crate::mailbox::Mailbox;
use crate::metrics::ExecutorMetrics;
use crate::outbox::Outbox;

/// Acks, fails and emits of one bolt executor until they are flushed. Driven by one thread at a time.
#[derive(Debug)]
pub struct BoltCore<R> {
    /// The run.
    pub shared: Arc<Shared>,
    /// Index of the executor.
    pub executor: usize,
    /// What was emitted.
    pub outbox: Outbox<R>,
    fold: Fold,
    refused: Vec<Batch>,
    handled: usize,
}

impl<R: Rows> BoltCore<R> {
    /// The core of `executor`; `rows` makes the open rows for a destination executor.
    pub fn new(shared: Arc<Shared>, executor: usize, rows: impl FnMut(usize) -> R) -> Self {
        let outbox = Outbox::new(&shared, executor, rows);
        BoltCore {
            shared,
            executor,
            outbox,
            fold: Fold::default(),
            refused: Vec::new(),
            handled: 0,
        }
    }

    /// What this executor measures.
    #[inline]
    pub fn metrics(&self) -> &ExecutorMetrics {
        &self.shared.metrics[self.executor]
    }

    /// Acks an input tuple from which the edges `out` (their XOR) were made.
    #[inline]
    pub fn ack(&mut self, anchors: Anchors<'_>, out: u64) {
        anchors.for_each(|anchor| self.fold.ack(anchor, out));
        self.metrics().acked.add(1);
    }

    /// Fails an input tuple: its roots are replayed, whatever becomes of the rest of their trees.
    pub fn fail(&mut self, anchors: Anchors<'_>) {
        anchors.for_each(|anchor| self.fold.fail(anchor.root));
        self.metrics().failed.add(1);
    }

    /// Adds edges made from a tuple that was acked before: they go to the ledger by themselves.
    pub fn extend(&mut self, anchors: Anchors<'_>, out: u64) {
        anchors.for_each(|anchor| self.fold.xor(anchor.root, out));
    }

    /// Notes that `tuples` inputs are dealt with; they count as under way until the next complete flush.
    #[inline]
    pub fn handled(&mut self, tuples: usize) {
        self.handled += tuples;
    }

    /// Whether a flush would do anything.
    #[inline]
    pub fn is_clean(&self) -> bool {
        self.outbox.is_empty() && self.fold.is_empty() && self.handled == 0
    }

    /// Hands on what was emitted and settles acks and fails. Gives the full mailbox to wait for, if one blocks; the caller
    /// waits for room and flushes again.
    ///
    /// An update holds the XOR of the input's edge and of the edges made from it, so it may be applied before or after the
    /// new tuples are handed on: the root stays open until they are acked too.
    pub fn flush(&mut self) -> Option<&Mailbox> {
        let blocked = self.outbox.flush(&self.shared, &mut self.refused);
        let metrics = &self.shared.metrics[self.executor];
        fail_refused(&mut self.refused, &mut self.fold, metrics, |payload| {
            self.outbox.discard(payload)
        });
        self.shared.settle(&mut self.fold);
        if blocked.is_none() {
            self.shared.in_flight.remove(std::mem::take(&mut self.handled));
        }
        blocked
    }
}

/// Fails the roots of tuples that met a full queue on a feedback edge: waiting there would be waiting for oneself.
pub(crate) fn fail_refused(
    refused: &mut Vec<Batch>,
    fold: &mut Fold,
    metrics: &ExecutorMetrics,
    mut discard: impl FnMut(Payload),
) {
    for batch in refused.drain(..) {
        for index in 0..batch.len() {
            batch.anchors(index).for_each(|anchor| fold.fail(anchor.root));
        }
        metrics.feedback_full.add(batch.len() as u64);
        discard(batch.payload);
    }
}
