//! What ties a tuple to the spout tuple it descends from.

/// Names one tracked spout tuple: where its ledger entry lies and which use of that entry it is.
///
/// `address` is `worker << 48 | ledger << 32 | slot`; `generation` counts the reuses of the slot, so an update that comes
/// late meets another generation and is ignored. Generation 0 means "not tracked".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Root {
    /// Worker, ledger and slot, packed.
    pub address: u64,
    /// Reuse count of the slot; 0 = untracked.
    pub generation: u32,
}

impl Root {
    /// The root of a tuple that nobody tracks.
    pub const UNTRACKED: Root = Root {
        address: 0,
        generation: 0,
    };

    /// Packs the parts of an address.
    pub fn new(worker: u16, ledger: u16, slot: u32, generation: u32) -> Self {
        Root {
            address: u64::from(worker) << 48 | u64::from(ledger) << 32 | u64::from(slot),
            generation,
        }
    }

    /// Whether a spout waits for this tuple's tree.
    #[inline]
    pub fn is_tracked(self) -> bool {
        self.generation != 0
    }

    /// Index of the ledger within its worker.
    #[inline]
    pub fn ledger(self) -> usize {
        (self.address >> 32 & 0xffff) as usize
    }

    /// Slot within the ledger.
    #[inline]
    pub fn slot(self) -> u32 {
        self.address as u32
    }
}

/// One edge of a tuple tree: the root it belongs to and the random number that stands for the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The spout tuple at the top of the tree.
    pub root: Root,
    /// Random u64; the ledger XORs it in when the edge is made and out when it is acked.
    pub edge: u64,
}

/// The edges a tuple hangs on: none, one (nearly always) or several (an emit anchored to several inputs).
#[derive(Clone, Copy, Debug)]
pub enum Anchors<'a> {
    /// Untracked.
    None,
    /// One root.
    One(Anchor),
    /// Several roots, each at most once.
    Many(&'a [Anchor]),
}

impl Anchors<'_> {
    /// Calls `each` for every edge.
    #[inline]
    pub fn for_each(&self, mut each: impl FnMut(Anchor)) {
        match self {
            Anchors::None => {}
            Anchors::One(anchor) => each(*anchor),
            Anchors::Many(anchors) => anchors.iter().for_each(|anchor| each(*anchor)),
        }
    }
}

/// Adds `edge` to the edges of a tuple under construction. Two anchors of one root are merged: were both listed, the
/// ledger would see the same number twice and cancel it.
pub fn merge(anchors: &mut Vec<Anchor>, root: Root, edge: u64) {
    match anchors.iter_mut().find(|anchor| anchor.root == root) {
        Some(anchor) => anchor.edge ^= edge,
        None => anchors.push(Anchor { root, edge }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_back_its_parts() {
        let root = Root::new(3, 7, u32::MAX, 9);
        assert_eq!((root.ledger(), root.slot(), root.generation), (7, u32::MAX, 9));
        assert_eq!(root.address >> 48, 3);
    }

    #[test]
    fn edges_of_the_same_root_are_merged() {
        let (a, b) = (Root::new(0, 0, 1, 1), Root::new(0, 0, 2, 1));
        let mut anchors = Vec::new();
        merge(&mut anchors, a, 5);
        merge(&mut anchors, b, 6);
        merge(&mut anchors, a, 9);
        assert_eq!(anchors, [Anchor { root: a, edge: 5 ^ 9 }, Anchor { root: b, edge: 6 }]);
    }
}
