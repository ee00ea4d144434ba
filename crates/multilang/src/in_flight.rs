//! Tuples that a program has and has neither acked nor failed.

use std::collections::{HashMap, HashSet, VecDeque};

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

impl Entry {
    fn tick() -> Self {
        Entry {
            held: Held::None,
            out: 0,
            sent: 0,
            used: Use::Tick,
        }
    }
}

/// Ticks that a program has: of one that acks none the oldest is forgotten.
const TICKS: usize = 10;
/// Forgotten ticks and tuples whose late ack still means nothing wrong.
const FORGOTTEN: usize = 10_000;

/// All of one program.
#[derive(Debug, Default)]
pub struct InFlight {
    entries: HashMap<u64, Entry>,
    /// When each tuple was sent, oldest first; some may be done.
    sent: VecDeque<(u64, Nanos)>,
    /// Ids of ticks, oldest first; some may be acked.
    ticks: VecDeque<u64>,
    /// Ids that are not kept any longer, and the order in which they were forgotten.
    forgotten: HashSet<u64>,
    order: VecDeque<u64>,
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

    /// Adds a tuple under a new id, sent at `now`.
    pub fn insert(&mut self, id: u64, entry: Entry, now: Nanos) {
        self.entries.insert(id, entry);
        self.sent.push_back((id, now));
        if self.sent.len() > 4 * self.entries.len() + FORGOTTEN {
            self.sent.retain(|(id, _)| self.entries.contains_key(id));
        }
    }

    /// Takes away the oldest tuple that was sent before `limit` and is not done.
    pub fn expire(&mut self, limit: Nanos) -> Option<Entry> {
        while let Some((id, _)) = self.sent.pop_front_if(|(_, sent)| *sent < limit) {
            if let Some(entry) = self.entries.remove(&id) {
                self.forget(id);
                return Some(entry);
            }
        }
        None
    }

    fn forget(&mut self, id: u64) {
        self.forgotten.insert(id);
        self.order.push_back(id);
        if self.order.len() > FORGOTTEN
            && let Some(oldest) = self.order.pop_front()
        {
            self.forgotten.remove(&oldest);
        }
    }

    /// Whether an id stood for something that was forgotten.
    pub fn is_forgotten(&self, id: u64) -> bool {
        self.forgotten.contains(&id)
    }

    /// Adds a tick under a new id.
    pub fn insert_tick(&mut self, id: u64) {
        self.entries.insert(id, Entry::tick());
        self.ticks.push_back(id);
        if self.ticks.len() > TICKS
            && let Some(oldest) = self.ticks.pop_front()
            && self.entries.remove(&oldest).is_some()
        {
            self.forget(oldest);
        }
    }

    /// One of them.
    pub fn get_mut(&mut self, id: u64) -> Option<&mut Entry> {
        self.entries.get_mut(&id)
    }

    /// Takes one away.
    pub fn remove(&mut self, id: u64) -> Option<Entry> {
        let late = self.is_forgotten(id).then(Entry::tick);
        self.entries.remove(&id).or(late)
    }

    /// Takes all away.
    pub fn drain(&mut self) -> impl Iterator<Item = Entry> + '_ {
        self.ticks.clear();
        self.sent.clear();
        self.forgotten.clear();
        self.order.clear();
        self.entries.drain().map(|(_, entry)| entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tuples_that_are_too_old_are_forgotten_in_their_order_and_what_is_done_is_not_kept() {
        let mut in_flight = InFlight::default();
        for id in 1..=40_000 {
            let entry = Entry {
                used: Use::Open,
                ..Entry::tick()
            };
            in_flight.insert(id, entry, id);
            if id % 100 != 0 {
                assert!(in_flight.remove(id).is_some());
            }
        }
        assert_eq!(in_flight.len(), 400);
        assert!(in_flight.sent.len() < 20_000, "{}", in_flight.sent.len());
        let mut expired = 0;
        while in_flight.expire(20_001).is_some() {
            expired += 1;
        }
        assert_eq!((expired, in_flight.len()), (200, 200));
        assert!(in_flight.is_forgotten(100) && !in_flight.is_forgotten(101) && !in_flight.is_forgotten(20_100));
        assert_eq!(in_flight.remove(20_000).map(|entry| entry.used), Some(Use::Tick));
    }

    #[test]
    fn a_tick_that_is_never_acked_is_forgotten_and_its_late_ack_is_no_error() {
        let mut in_flight = InFlight::default();
        (1..=25).for_each(|id| in_flight.insert_tick(id));
        assert_eq!(in_flight.len(), TICKS);
        for id in [1, 15, 16, 25] {
            assert_eq!(in_flight.remove(id).map(|entry| entry.used), Some(Use::Tick), "{id}");
        }
        assert!(in_flight.remove(26).is_none());
        assert_eq!(in_flight.len(), TICKS - 2);
    }
}
