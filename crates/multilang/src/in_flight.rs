//! Tuples that a program has and has neither acked nor failed.

use std::collections::HashMap;

use redgale_engine::anchor::{Anchor, Anchors};
use redgale_engine::clock::Nanos;

/// Edges of a tuple, kept beyond its batch.
#[derive(Clone, Debug)]
pub enum Held {
    /// Nobody tracks it.
    None,
    /// One root.
    One(Anchor),
    /// Several.
    Many(Box<[Anchor]>),
}

impl Held {
    /// A copy of `anchors`.
    pub fn new(anchors: Anchors<'_>) -> Self {
        match anchors {
            Anchors::None => Held::None,
            Anchors::One(anchor) => Held::One(anchor),
            Anchors::Many(anchors) => Held::Many(anchors.into()),
        }
    }

    /// As the engine takes them.
    pub fn anchors(&self) -> Anchors<'_> {
        match self {
            Held::None => Anchors::None,
            Held::One(anchor) => Anchors::One(*anchor),
            Held::Many(anchors) => Anchors::Many(anchors),
        }
    }
}

/// What an id stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A tuple.
    Open,
    /// A tuple that was failed because something emitted from it could not be: its ack means nothing any more.
    Spoilt,
    /// A tick.
    Tick,
}

/// One of them.
#[derive(Debug)]
pub struct Entry {
    /// Its edges.
    pub held: Held,
    /// XOR of the edges made from it.
    pub out: u64,
    /// When it was written, if its latency is sampled; else 0.
    pub sent: Nanos,
    /// What it is.
    pub used: Use,
}

/// All of one program.
#[derive(Debug, Default)]
pub struct InFlight {
    entries: HashMap<u64, Entry>,
    ticks: usize,
}

impl InFlight {
    /// Tuples and ticks.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Ticks among them.
    pub fn ticks(&self) -> usize {
        self.ticks
    }

    /// Adds one under a new id.
    pub fn insert(&mut self, id: u64, entry: Entry) {
        self.ticks += usize::from(entry.used == Use::Tick);
        self.entries.insert(id, entry);
    }

    /// One of them.
    pub fn get_mut(&mut self, id: u64) -> Option<&mut Entry> {
        self.entries.get_mut(&id)
    }

    /// Takes one away.
    pub fn remove(&mut self, id: u64) -> Option<Entry> {
        let entry = self.entries.remove(&id)?;
        self.ticks -= usize::from(entry.used == Use::Tick);
        Some(entry)
    }

    /// Takes all away.
    pub fn drain(&mut self) -> impl Iterator<Item = Entry> + '_ {
        self.ticks = 0;
        self.entries.drain().map(|(_, entry)| entry)
    }
}
