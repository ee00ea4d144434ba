//! A timer wheel for one fixed delay: message timeouts.
//!
//! Every slot of a spout's pending table is in at most one bucket, linked through its own index, so setting and clearing a
//! timer touch two neighbours and allocate nothing, however many are set. Cleared timers leave nothing behind (a list of
//! due times would keep 30 s worth of them: 360 MB at a million tuples per second).

use crate::clock::Nanos;

const NONE: u32 = u32::MAX;

/// Parts the delay is cut into. A timer fires between 1 + 1/32 and 1 + 2/32 of its delay, plus the executor's reaction time;
/// the promise is 1.0 to 1.1. The first part is slack for a caller whose `now` is up to that much old.
const PARTS: u64 = 32;

#[derive(Clone, Copy, Debug)]
struct Link {
    previous: u32,
    next: u32,
    bucket: u32,
    due: u64,
}

const UNLINKED: Link = Link {
    previous: NONE,
    next: NONE,
    bucket: NONE,
    due: 0,
};

/// Timers that all have the same delay, named by slot number.
#[derive(Debug)]
pub struct Wheel {
    heads: Vec<u32>,
    links: Vec<Link>,
    part: Nanos,
    /// Parts before this one have fired.
    fired: u64,
    set: usize,
}

impl Wheel {
    /// A wheel for `delay` nanoseconds (at least 32).
    pub fn new(delay: Nanos) -> Self {
        // PARTS for the delay itself, one for the part that is under way, one of slack
        let heads = vec![NONE; PARTS as usize + 2];
        Wheel {
            heads,
            links: Vec::new(),
            part: (delay.div_ceil(PARTS)).max(1),
            fired: 0,
            set: 0,
        }
    }

    /// Number of timers set.
    pub fn len(&self) -> usize {
        self.set
    }

    /// Whether no timer is set.
    pub fn is_empty(&self) -> bool {
        self.set == 0
    }

    /// Sets the timer of `slot`, which must not be set, at time `now`. Times passed to the wheel never go back.
    #[inline]
    pub fn set(&mut self, slot: u32, now: Nanos) {
        let current = now / self.part;
        if self.set == 0 {
            self.fired = self.fired.max(current);
        }
        if slot as usize >= self.links.len() {
            self.links.resize(slot as usize + 1, UNLINKED);
        }
        debug_assert_eq!(
            self.links[slot as usize].bucket, NONE,
            "the timer of slot {slot} is set"
        );
        // fires when the part after the one that holds now + delay is over
        self.link(slot, current + PARTS + 1);
        self.set += 1;
    }

    #[inline]
    fn link(&mut self, slot: u32, due: u64) {
        // A wheel that was not polled for more than a turn can hold timers of two turns in one bucket; `expire` tells them
        // apart by `due`.
        let bucket = (due % self.heads.len() as u64) as u32;
        let head = std::mem::replace(&mut self.heads[bucket as usize], slot);
        self.links[slot as usize] = Link {
            previous: NONE,
            next: head,
            bucket,
            due,
        };
        if head != NONE {
            self.links[head as usize].previous = slot;
        }
    }

    /// Clears the timer of `slot`, if it is set.
    #[inline]
    pub fn clear(&mut self, slot: u32) {
        let Some(link) = self.links.get_mut(slot as usize) else {
            return;
        };
        let Link {
            previous, next, bucket, ..
        } = std::mem::replace(link, UNLINKED);
        if bucket == NONE {
            return;
        }
        match previous {
            NONE => self.heads[bucket as usize] = next,
            previous => self.links[previous as usize].next = next,
        }
        if next != NONE {
            self.links[next as usize].previous = previous;
        }
        self.set -= 1;
    }

    /// Clears every timer that is due at `now` and calls `fire` with its slot.
    pub fn expire(&mut self, now: Nanos, mut fire: impl FnMut(u32)) {
        let current = now / self.part;
        let turn = self.heads.len() as u64;
        // one turn visits every bucket
        self.fired = self.fired.max(current.saturating_sub(turn));
        while self.fired < current && self.set > 0 {
            let mut slot = self.heads[(self.fired % turn) as usize];
            while slot != NONE {
                let Link { next, due, .. } = self.links[slot as usize];
                if due < current {
                    self.clear(slot);
                    fire(slot);
                }
                slot = next;
            }
            self.fired += 1;
        }
        self.fired = self.fired.max(current);
    }

    /// When `expire` should be called next; None: no timer is set.
    pub fn next_due(&self) -> Option<Nanos> {
        if self.set == 0 {
            return None;
        }
        let size = self.heads.len() as u64;
        (self.fired..self.fired + size)
            .find(|part| self.heads[(part % size) as usize] != NONE)
            .map(|part| (part + 1) * self.part)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Set(u32),
        Clear(u32),
        Advance(u64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (0..40u32).prop_map(Step::Set),
            2 => (0..40u32).prop_map(Step::Clear),
            3 => (0..700u64).prop_map(Step::Advance),
            1 => (0..9_000u64).prop_map(Step::Advance),
        ];
        prop::collection::vec(step, 1..200)
    }

    proptest! {
        /// Against a map of due times: nothing fires early, nothing is lost, and whoever polls in steps of at most one
        /// part sees a timer fire within 1.1 times its delay.
        #[test]
        fn fires_within_its_bounds(steps in steps()) {
            const DELAY: u64 = 3_200;
            let mut wheel = Wheel::new(DELAY);
            let mut model: HashMap<u32, u64> = HashMap::new();
            let mut now = 0;
            for step in steps {
                match step {
                    Step::Set(slot) => {
                        model.entry(slot).or_insert_with(|| {
                            wheel.set(slot, now);
                            now
                        });
                    }
                    Step::Clear(slot) => {
                        wheel.clear(slot);
                        model.remove(&slot);
                    }
                    Step::Advance(by) => {
                        let end = now + by;
                        while now < end {
                            now = (now + 100).min(end);
                            let mut fired = Vec::new();
                            wheel.expire(now, |slot| fired.push(slot));
                            for slot in fired {
                                let set = model.remove(&slot).expect("only a set timer fires");
                                prop_assert!(now >= set + DELAY, "early: set {set}, now {now}");
                                prop_assert!(now <= set + DELAY * 11 / 10, "late: set {set}, now {now}");
                            }
                        }
                    }
                }
                prop_assert_eq!(wheel.len(), model.len());
                prop_assert!(model.values().all(|set| now < set + DELAY * 11 / 10));
                prop_assert_eq!(wheel.next_due().is_some(), !model.is_empty());
            }
        }
    }

    #[test]
    fn a_wheel_polled_late_fires_late_but_fires() {
        let mut wheel = Wheel::new(3_200);
        wheel.set(1, 0);
        wheel.set(2, 50_000);
        let mut fired = Vec::new();
        wheel.expire(50_001, |slot| fired.push(slot));
        assert_eq!(fired, [1]);
        wheel.expire(53_200, |slot| fired.push(slot));
        assert_eq!(fired, [1]);
        wheel.expire(53_400, |slot| fired.push(slot));
        assert_eq!(fired, [1, 2]);
    }
}
