//! What an executor has emitted and not yet handed on: one open batch per destination executor.

use std::collections::VecDeque;

use fastrand::Rng;

use crate::anchor::{Anchor, Anchors, Root, merge};
use crate::batch::{BATCH_BYTES, BATCH_TUPLES, Batch, OpenBatch, Payload, Rows};
use crate::engine::Shared;
use crate::mailbox::Mailbox;
use crate::route::{Keys, StreamRoutes, Target, routes_of};

/// Where a new tuple hangs in the trees of the tuples it comes from.
pub trait Tree {
    /// The edges of one delivery. Called once for each task that gets the tuple: every delivery has an edge of its own.
    fn edges(&mut self, rng: &mut Rng) -> Edges;
}

/// Result of [`Tree::edges`].
#[derive(Debug)]
pub enum Edges {
    /// At most one root; [`Root::UNTRACKED`] for none.
    One(Anchor),
    /// Several roots.
    Several(Box<[Anchor]>),
}

/// A tree of at most one root, and the XOR of the edges made so far.
#[derive(Clone, Copy, Debug)]
pub struct Single {
    /// The root, or [`Root::UNTRACKED`].
    pub root: Root,
    /// XOR of all new edges.
    pub out: u64,
}

impl Tree for Single {
    #[inline]
    fn edges(&mut self, rng: &mut Rng) -> Edges {
        if !self.root.is_tracked() {
            return Edges::One(Anchor {
                root: self.root,
                edge: 0,
            });
        }
        let edge = rng.u64(..);
        self.out ^= edge;
        Edges::One(Anchor { root: self.root, edge })
    }
}

/// Several input tuples: each gets an edge of its own for every delivery, as in Storm.
#[derive(Debug)]
pub struct Joint<'a>(pub &'a mut [JointInput]);

/// One of the inputs of a [`Joint`] tree.
#[derive(Debug)]
pub struct JointInput {
    /// Its edges.
    pub anchors: Vec<Anchor>,
    /// XOR of the edges made from it.
    pub out: u64,
}

impl JointInput {
    /// An input with these edges.
    pub fn new(anchors: Anchors<'_>) -> Self {
        let mut list = Vec::new();
        anchors.for_each(|anchor| list.push(anchor));
        JointInput { anchors: list, out: 0 }
    }
}

impl Tree for Joint<'_> {
    fn edges(&mut self, rng: &mut Rng) -> Edges {
        let mut merged = Vec::new();
        for input in self.0.iter_mut().filter(|input| !input.anchors.is_empty()) {
            let edge = rng.u64(..);
            input.out ^= edge;
            input
                .anchors
                .iter()
                .for_each(|anchor| merge(&mut merged, anchor.root, edge));
        }
        match merged[..] {
            [] => Edges::One(Anchor {
                root: Root::UNTRACKED,
                edge: 0,
            }),
            [anchor] => Edges::One(anchor),
            _ => Edges::Several(merged.into()),
        }
    }
}

#[derive(Debug)]
struct Destination<R> {
    executor: usize,
    feedback: bool,
    open: OpenBatch<R>,
    sealed: VecDeque<Batch>,
}

/// Emitted tuples of one executor.
#[derive(Debug)]
pub struct Outbox<R> {
    streams: Vec<StreamRoutes>,
    destinations: Vec<Destination<R>>,
    /// Destinations that hold anything, open or sealed.
    dirty: Vec<u32>,
    rng: Rng,
    full: bool,
}

impl<R: Rows> Outbox<R> {
    /// The outbox of `executor`; `rows` makes the open rows for a destination executor.
    pub fn new(shared: &Shared, executor: usize, mut rows: impl FnMut(usize) -> R) -> Self {
        let mut rng = Rng::new();
        let (streams, reached) = routes_of(&shared.plan, executor, &mut rng);
        let destination = |(executor, feedback)| Destination {
            executor,
            feedback,
            open: OpenBatch::new(rows(executor)),
            sealed: VecDeque::new(),
        };
        let destinations = reached.into_iter().map(destination).collect();
        Outbox {
            streams,
            destinations,
            dirty: Vec::new(),
            rng,
            full: false,
        }
    }

    /// The streams of the component, in the order it declared them.
    #[inline]
    pub fn streams(&self) -> &[StreamRoutes] {
        &self.streams
    }

    /// Emits one tuple on stream number `stream` of this component and gives the number of deliveries. The caller has
    /// checked the arity and, for a direct stream, that `to` can be reached.
    #[inline]
    #[allow(clippy::too_many_arguments)] // the hot path: a struct built for each tuple costs more than it tidies
    pub fn emit(
        &mut self,
        stream: usize,
        from: u32,
        to: Option<u32>,
        value: &R::Value,
        bytes: usize,
        keys: &mut impl Keys,
        tree: &mut impl Tree,
    ) -> u64 {
        let Outbox {
            streams,
            destinations,
            dirty,
            rng,
            full,
        } = self;
        let StreamRoutes {
            stream: number, routes, ..
        } = &mut streams[stream];
        let mut deliveries = 0;
        for route in routes {
            route.select(keys, to, rng, |rng, Target { destination, to, .. }| {
                deliveries += 1;
                let place = &mut destinations[destination as usize];
                if place.open.is_empty() && place.sealed.is_empty() {
                    dirty.push(destination);
                }
                match tree.edges(rng) {
                    Edges::One(anchor) => place.open.push(value.clone(), bytes, anchor, to, from, *number),
                    Edges::Several(anchors) => {
                        place
                            .open
                            .push_several(value.clone(), bytes, anchors, to, from, *number);
                    }
                }
                if place.open.len() >= BATCH_TUPLES || place.open.bytes() >= BATCH_BYTES {
                    place.sealed.push_back(place.open.seal());
                    *full = true;
                }
            });
        }
        deliveries
    }

    /// Whether nothing waits to be handed on.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.dirty.is_empty()
    }

    /// Frees what a refused batch stands for.
    pub fn discard(&mut self, payload: Payload) {
        if let Some(place) = self.destinations.first_mut() {
            place.open.discard(payload);
        }
    }

    /// Whether a batch is full, so that it should be handed on now; or whether one could not be, so that the emitter should
    /// wait for room.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Hands on everything that fits, in order. Batches for a full queue on a feedback edge go to `refused` instead of
    /// waiting for themselves. Gives the mailbox to wait for, if one is full.
    pub fn flush<'a>(&mut self, shared: &'a Shared, refused: &mut Vec<Batch>) -> Option<&'a Mailbox> {
        let mut blocked = None;
        let destinations = &mut self.destinations;
        self.dirty.retain(|&index| {
            let place = &mut destinations[index as usize];
            if !place.open.is_empty() {
                place.sealed.push_back(place.open.seal());
            }
            let mailbox = &shared.mailboxes[place.executor];
            while let Some(batch) = place.sealed.pop_front() {
                let tuples = batch.len();
                // counted before it can be taken, so that "nothing in flight" is never seen too early
                shared.in_flight.add(tuples);
                if let Err(batch) = mailbox.offer(batch) {
                    shared.in_flight.remove(tuples);
                    if place.feedback {
                        refused.push(batch);
                        continue;
                    }
                    place.sealed.push_front(batch);
                    blocked = Some(mailbox);
                    return true;
                }
            }
            false
        });
        // an emitter whose batches wait must not go on as if there were room
        self.full = blocked.is_some();
        blocked
    }
}
