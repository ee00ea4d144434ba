//! Folds the ledger updates of a batch: one update per root, applied once.

use crate::anchor::{Anchor, Root};
use crate::ledger::{Completion, Ledger, Update};

/// Slots of the look-aside table; a power of two.
const TABLE: usize = 256;

/// Collects updates until the executor flushes.
///
/// Roots of one batch are mostly neighbours, so a small direct-mapped table finds nearly all of them; two roots that fall on
/// the same place cost an update more, never a wrong one: positions are checked against the update they point to.
#[derive(Debug)]
pub struct Fold {
    updates: Vec<(u64, Update)>,
    table: Box<[u32; TABLE]>,
}

impl Default for Fold {
    fn default() -> Self {
        Fold {
            updates: Vec::new(),
            table: Box::new([0; TABLE]),
        }
    }
}

impl Fold {
    /// Whether nothing waits to be applied.
    pub fn is_empty(&self) -> bool {
        self.updates.is_empty()
    }

    /// Notes edges made or acked (`xor`) for a root.
    #[inline]
    pub fn xor(&mut self, root: Root, xor: u64) {
        self.at(root).xor ^= xor;
    }

    /// Notes that a root failed.
    pub fn fail(&mut self, root: Root) {
        self.at(root).fail = true;
    }

    /// Acks an edge whose tuple made the edges `out`.
    #[inline]
    pub fn ack(&mut self, anchor: Anchor, out: u64) {
        self.xor(anchor.root, anchor.edge ^ out);
    }

    #[inline]
    fn at(&mut self, root: Root) -> &mut Update {
        let place = &mut self.table[root.address as usize % TABLE];
        let position = *place as usize;
        let known = self
            .updates
            .get(position)
            .is_some_and(|(address, update)| *address == root.address && update.generation == root.generation);
        let position = if known {
            position
        } else {
            let update = Update {
                slot: root.slot(),
                generation: root.generation,
                xor: 0,
                fail: false,
            };
            *place = self.updates.len() as u32;
            self.updates.push((root.address, update));
            self.updates.len() - 1
        };
        &mut self.updates[position].1
    }

    /// Applies everything to `ledgers` (index = ledger number of the root) and calls `decided` once for each ledger that
    /// decided trees by it.
    pub fn apply(&mut self, ledgers: &[Ledger], mut decided: impl FnMut(usize, Vec<Completion>)) {
        let Some(&(first, _)) = self.updates.first() else {
            return;
        };
        let number = |address: u64| Root { address, generation: 0 }.ledger();
        if self
            .updates
            .iter()
            .all(|(address, _)| number(*address) == number(first))
        {
            let mut completions = Vec::new();
            ledgers[number(first)].apply(self.updates.iter().map(|(_, update)| *update), &mut completions);
            if !completions.is_empty() {
                decided(number(first), completions);
            }
        } else {
            self.updates.sort_by_key(|(address, _)| number(*address));
            for group in self.updates.chunk_by(|a, b| number(a.0) == number(b.0)) {
                let mut completions = Vec::new();
                ledgers[number(group[0].0)].apply(group.iter().map(|(_, update)| *update), &mut completions);
                if !completions.is_empty() {
                    decided(number(group[0].0), completions);
                }
            }
        }
        self.updates.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Begin, Verdict};

    #[test]
    fn updates_of_one_root_are_folded_and_applied_once() {
        let ledgers = [Ledger::new()];
        let root = Root::new(0, 0, 4, 1);
        ledgers[0].begin(&[Begin {
            slot: 4,
            generation: 1,
            xor: 0xa,
        }]);
        let mut fold = Fold::default();
        fold.ack(Anchor { root, edge: 0xa }, 0xb ^ 0xc);
        fold.ack(Anchor { root, edge: 0xb }, 0);
        assert_eq!(fold.updates.len(), 1);
        let mut got = Vec::new();
        fold.apply(&ledgers, |ledger, completions| got.push((ledger, completions)));
        assert!(got.is_empty() && fold.is_empty());
        fold.ack(Anchor { root, edge: 0xc }, 0);
        fold.apply(&ledgers, |ledger, completions| got.push((ledger, completions)));
        assert_eq!(got[0].1[0].verdict, Verdict::Acked);
    }

    #[test]
    fn roots_on_the_same_place_of_the_table_do_not_mix() {
        let ledgers = [Ledger::new(), Ledger::new()];
        let a = Root::new(0, 0, 1, 1);
        let b = Root::new(0, 0, 1 + TABLE as u32, 1);
        let c = Root::new(0, 1, 1, 1);
        ledgers[0].begin(&[
            Begin {
                slot: a.slot(),
                generation: 1,
                xor: 1,
            },
            Begin {
                slot: b.slot(),
                generation: 1,
                xor: 2,
            },
        ]);
        ledgers[1].begin(&[Begin {
            slot: c.slot(),
            generation: 1,
            xor: 3,
        }]);
        let mut fold = Fold::default();
        for (root, edge) in [(a, 1), (b, 2), (c, 3 ^ 8), (a, 0), (c, 8)] {
            fold.xor(root, edge);
        }
        let mut done = Vec::new();
        fold.apply(&ledgers, |ledger, completions| {
            done.extend(completions.iter().map(|c| (ledger, c.slot)))
        });
        done.sort_unstable();
        assert_eq!(done, [(0, 1), (0, 1 + TABLE as u32), (1, 1)]);
    }
}
