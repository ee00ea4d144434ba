//! The ack ledger: Storm's XOR trees, one ledger per spout executor.
//!
//! An entry holds the XOR of all live edges of one tree. Every edge enters twice, when it is made and when it is acked, so
//! the value is 0 exactly when all are done (but for a chance of 2^-64). Any thread may apply updates; only the spout's
//! executor begins and expires entries, and it alone decides when a slot is used again.
//!
//! Rules kept here:
//! - no ack before init: an entry is written before the tuples of its tree are handed on ([`Ledger::begin`] comes first in a
//!   flush);
//! - an update for another generation, or for an entry that is already decided, is ignored;
//! - each entry is decided once: it yields exactly one [`Completion`] or one expiry.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What became of a tuple tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every edge was acked.
    Acked,
    /// Someone failed it.
    Failed,
}

/// News for the spout: a tree is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Slot of the tree.
    pub slot: u32,
    /// Which use of the slot.
    pub generation: u32,
    /// How it ended.
    pub verdict: Verdict,
}

/// A folded change to one tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Update {
    /// Slot of the tree.
    pub slot: u32,
    /// Which use of the slot.
    pub generation: u32,
    /// XOR of the edges made and acked.
    pub xor: u64,
    /// Fail the tree, whatever else.
    pub fail: bool,
}

/// A new tree: slot, generation and XOR of its first edges.
#[derive(Clone, Copy, Debug)]
pub struct Begin {
    /// Slot of the tree.
    pub slot: u32,
    /// Which use of the slot.
    pub generation: u32,
    /// XOR of the edges from the spout; never 0 (a tuple that nobody gets has no tree).
    pub xor: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    value: u64,
    generation: u32,
    live: bool,
}

/// Trees of one spout executor. An operation costs a slab look-up (about 4 ns), not a hash.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: Mutex<Vec<Entry>>,
}

impl Ledger {
    /// An empty ledger.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        // a panic cannot leave an entry half written: the operations below do not call out
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens new trees. Called by the spout's executor before it hands the tuples on.
    pub fn begin(&self, trees: &[Begin]) {
        let mut entries = self.lock();
        for tree in trees {
            let slot = tree.slot as usize;
            if slot >= entries.len() {
                entries.resize(slot + 1, Entry::default());
            }
            entries[slot] = Entry {
                value: tree.xor,
                generation: tree.generation,
                live: true,
            };
        }
    }

    /// Applies folded updates; decided trees are appended to `completions`.
    pub fn apply(&self, updates: impl Iterator<Item = Update>, completions: &mut Vec<Completion>) {
        let mut entries = self.lock();
        for update in updates {
            let Some(entry) = entries.get_mut(update.slot as usize) else {
                continue;
            };
            if entry.generation != update.generation || !entry.live {
                continue;
            }
            entry.value ^= update.xor;
            let verdict = if update.fail {
                Verdict::Failed
            } else if entry.value == 0 {
                Verdict::Acked
            } else {
                continue;
            };
            entry.live = false;
            completions.push(Completion {
                slot: update.slot,
                generation: update.generation,
                verdict,
            });
        }
    }

    /// Closes the trees of `slots` whose time is up and keeps in `slots` only those that were still open; the verdict on the
    /// others is already on its way to the spout.
    pub fn expire(&self, slots: &mut Vec<(u32, u32)>) {
        let mut entries = self.lock();
        slots.retain(|&(slot, generation)| match entries.get_mut(slot as usize) {
            Some(entry) if entry.generation == generation && entry.live => {
                entry.live = false;
                true
            }
            _ => false,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(ledger: &Ledger, slot: u32, generation: u32, xor: u64, fail: bool) -> Vec<Completion> {
        let mut out = Vec::new();
        ledger.apply(
            [Update {
                slot,
                generation,
                xor,
                fail,
            }]
            .into_iter(),
            &mut out,
        );
        out
    }

    #[test]
    fn a_tree_completes_when_every_edge_came_twice() {
        let ledger = Ledger::new();
        ledger.begin(&[Begin {
            slot: 3,
            generation: 1,
            xor: 7 ^ 9,
        }]);
        assert_eq!(apply(&ledger, 3, 1, 7 ^ 11, false), []);
        assert_eq!(apply(&ledger, 3, 1, 9, false), []);
        assert_eq!(
            apply(&ledger, 3, 1, 11, false),
            [Completion {
                slot: 3,
                generation: 1,
                verdict: Verdict::Acked
            }]
        );
        assert_eq!(apply(&ledger, 3, 1, 11, true), [], "decided once");
    }

    #[test]
    fn an_update_of_another_generation_or_an_unknown_slot_is_ignored() {
        let ledger = Ledger::new();
        ledger.begin(&[Begin {
            slot: 0,
            generation: 2,
            xor: 5,
        }]);
        assert_eq!(apply(&ledger, 0, 1, 5, false), []);
        assert_eq!(apply(&ledger, 9, 1, 5, true), []);
        assert_eq!(apply(&ledger, 0, 2, 5, false).len(), 1);
    }

    #[test]
    fn only_open_trees_expire() {
        let ledger = Ledger::new();
        ledger.begin(&[
            Begin {
                slot: 0,
                generation: 1,
                xor: 5,
            },
            Begin {
                slot: 1,
                generation: 1,
                xor: 6,
            },
        ]);
        apply(&ledger, 0, 1, 5, false);
        let mut slots = vec![(0, 1), (1, 1), (1, 9)];
        ledger.expire(&mut slots);
        assert_eq!(slots, [(1, 1)]);
        assert_eq!(apply(&ledger, 1, 1, 6, false), [], "expired trees take no more updates");
    }
}
