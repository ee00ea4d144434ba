//! A spout executor's own record of its tracked tuples: who emitted them, when, how often they were tried.
//!
//! One slot per tuple; the slot number is also the place of the tuple's ledger entry and of its kept values. The table
//! belongs to the spout's thread, which alone opens, retries and frees slots.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::clock::Nanos;
use crate::ledger::{Completion, Verdict};
use crate::wheel::Wheel;

/// What a slot is used for. Free -> InFlight -> (Waiting -> InFlight)* -> Free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Free,
    /// Its tree is in the ledger.
    InFlight,
    /// It failed and is emitted again when its back-off is over.
    Waiting,
}

/// A tracked tuple.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    used: Use,
    generation: u32,
    /// Position of the emitting task within its executor.
    pub task: u32,
    /// Number, within the component, of the stream it was emitted on.
    pub stream: u32,
    /// How often it was emitted before the present try.
    pub retries: u32,
    /// When the present try was emitted; 0 when its latency is not sampled.
    pub emitted: Nanos,
}

/// How a tracked tuple ended its present try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every edge of its tree was acked.
    Acked,
    /// A bolt failed it.
    Failed,
    /// The message timeout passed.
    TimedOut,
}

/// All tracked tuples of one spout executor.
#[derive(Debug)]
pub struct Pending {
    slots: Vec<Slot>,
    free: Vec<u32>,
    per_task: Vec<u32>,
    live: usize,
    wheel: Option<Wheel>,
    waiting: BinaryHeap<Reverse<(Nanos, u32, u32)>>,
}

impl Pending {
    /// A table for an executor with `tasks` tasks; `timeout`: nanoseconds, None = no message timeouts.
    pub fn new(tasks: usize, timeout: Option<Nanos>) -> Self {
        Pending {
            slots: Vec::new(),
            free: Vec::new(),
            per_task: vec![0; tasks],
            live: 0,
            wheel: timeout.map(Wheel::new),
            waiting: BinaryHeap::new(),
        }
    }

    /// Tracked tuples that are neither acked nor given up.
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether none is open.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Open tuples of one task.
    #[inline]
    pub fn of_task(&self, task: u32) -> u32 {
        self.per_task[task as usize]
    }

    /// The record of a slot in use.
    pub fn slot(&self, slot: u32) -> &Slot {
        &self.slots[slot as usize]
    }

    /// Generation of the present use of a slot.
    pub fn generation(&self, slot: u32) -> u32 {
        self.slots[slot as usize].generation
    }

    /// Takes a slot for a new tuple and gives its number and generation. `emitted`: now if the latency is to be sampled,
    /// else 0.
    #[inline]
    pub fn open(&mut self, task: u32, stream: u32, now: Nanos, emitted: Nanos) -> (u32, u32) {
        let slot = self.free.pop().unwrap_or_else(|| {
            let generation = 0;
            self.slots.push(Slot {
                used: Use::Free,
                generation,
                task,
                stream,
                retries: 0,
                emitted,
            });
            (self.slots.len() - 1) as u32
        });
        let record = &mut self.slots[slot as usize];
        let generation = next_generation(record.generation);
        *record = Slot {
            used: Use::InFlight,
            generation,
            task,
            stream,
            retries: 0,
            emitted,
        };
        self.per_task[task as usize] += 1;
        self.live += 1;
        if let Some(wheel) = &mut self.wheel {
            wheel.set(slot, now);
        }
        (slot, generation)
    }

    /// Whether this verdict is about the present use of its slot; if so the timer is cleared. The caller then frees the
    /// slot or lets it wait for a retry.
    #[inline]
    pub fn decide(&mut self, completion: Completion) -> Option<Outcome> {
        let record = self.slots.get(completion.slot as usize)?;
        if record.used != Use::InFlight || record.generation != completion.generation {
            return None;
        }
        if let Some(wheel) = &mut self.wheel {
            wheel.clear(completion.slot);
        }
        Some(match completion.verdict {
            Verdict::Acked => Outcome::Acked,
            Verdict::Failed => Outcome::Failed,
        })
    }

    /// Appends (slot, generation) of every tuple whose message timeout has passed. The ledger then says which of them were
    /// still open ([`crate::ledger::Ledger::expire`]).
    pub fn expire(&mut self, now: Nanos, due: &mut Vec<(u32, u32)>) {
        if let Some(wheel) = &mut self.wheel {
            let slots = &self.slots;
            wheel.expire(now, |slot| due.push((slot, slots[slot as usize].generation)));
        }
    }

    /// Frees the slot of a tuple that is done.
    #[inline]
    pub fn close(&mut self, slot: u32) {
        let record = &mut self.slots[slot as usize];
        debug_assert_ne!(record.used, Use::Free);
        record.used = Use::Free;
        self.per_task[record.task as usize] -= 1;
        self.live -= 1;
        self.free.push(slot);
    }

    /// Keeps a failed tuple until `due`.
    pub fn retry_at(&mut self, slot: u32, due: Nanos) {
        if let Some(wheel) = &mut self.wheel {
            // still set where a try was begun and could not be emitted
            wheel.clear(slot);
        }
        let record = &mut self.slots[slot as usize];
        record.used = Use::Waiting;
        self.waiting.push(Reverse((due, slot, record.generation)));
    }

    /// Whether any failed tuple waits for its next try.
    #[inline]
    pub fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Counts a try of a waiting tuple that could not even be emitted.
    pub fn count_try(&mut self, slot: u32) {
        self.slots[slot as usize].retries += 1;
    }

    /// The next tuple whose back-off is over.
    pub fn due(&mut self, now: Nanos) -> Option<u32> {
        match self.waiting.peek() {
            Some(&Reverse((due, slot, _))) if due <= now => {
                self.waiting.pop();
                Some(slot)
            }
            _ => None,
        }
    }

    /// Begins a further try of a waiting tuple: a new generation, so that what is late of the old try is ignored.
    pub fn reopen(&mut self, slot: u32, now: Nanos, emitted: Nanos) -> u32 {
        let record = &mut self.slots[slot as usize];
        debug_assert_eq!(record.used, Use::Waiting);
        record.used = Use::InFlight;
        record.generation = next_generation(record.generation);
        record.retries += 1;
        record.emitted = emitted;
        if let Some(wheel) = &mut self.wheel {
            wheel.set(slot, now);
        }
        self.slots[slot as usize].generation
    }

    /// When something is due: a timeout or a retry.
    pub fn next_due(&self) -> Option<Nanos> {
        let retry = self.waiting.peek().map(|Reverse((due, ..))| *due);
        let timeout = self.wheel.as_ref().and_then(Wheel::next_due);
        [retry, timeout].into_iter().flatten().min()
    }

    /// Numbers of all slots in use, for the account at the end of a run.
    pub fn open_slots(&self) -> impl Iterator<Item = u32> + '_ {
        self.slots
            .iter()
            .enumerate()
            .filter(|(_, slot)| slot.used != Use::Free)
            .map(|(index, _)| index as u32)
    }
}

/// 0 means untracked and the largest number marks a tuple with several edges: neither is ever a generation.
fn next_generation(generation: u32) -> u32 {
    if generation >= u32::MAX - 1 { 1 } else { generation + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(slot: u32, generation: u32, verdict: Verdict) -> Completion {
        Completion {
            slot,
            generation,
            verdict,
        }
    }

    #[test]
    fn a_slot_is_reused_under_another_generation() {
        let mut pending = Pending::new(2, None);
        let (slot, first) = pending.open(1, 0, 0, 0);
        assert_eq!((pending.len(), pending.of_task(1), pending.of_task(0)), (1, 1, 0));
        assert_eq!(pending.decide(done(slot, first, Verdict::Acked)), Some(Outcome::Acked));
        pending.close(slot);
        let (again, second) = pending.open(0, 0, 0, 0);
        assert_eq!(slot, again);
        assert_ne!(first, second);
        assert_eq!(pending.decide(done(slot, first, Verdict::Acked)), None);
    }

    #[test]
    fn a_failed_tuple_waits_for_its_back_off_and_is_tried_again() {
        let mut pending = Pending::new(1, Some(1_000_000));
        let (slot, first) = pending.open(0, 3, 10, 10);
        assert_eq!(
            pending.decide(done(slot, first, Verdict::Failed)),
            Some(Outcome::Failed)
        );
        pending.retry_at(slot, 500);
        assert_eq!(pending.next_due(), Some(500));
        assert_eq!(pending.due(499), None);
        assert_eq!(pending.due(500), Some(slot));
        let second = pending.reopen(slot, 500, 0);
        assert_ne!(first, second);
        assert_eq!((pending.slot(slot).retries, pending.slot(slot).stream), (1, 3));
        let mut due = Vec::new();
        pending.expire(1_000_499, &mut due);
        assert!(due.is_empty());
        pending.expire(1_100_000, &mut due);
        assert_eq!(due, [(slot, second)]);
    }

    #[test]
    fn generations_skip_the_reserved_numbers() {
        assert_eq!(next_generation(u32::MAX - 2), u32::MAX - 1);
        assert_eq!(next_generation(u32::MAX - 1), 1);
    }
}
