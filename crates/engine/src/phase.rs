//! The life of a run, as one table.

use std::sync::atomic::{AtomicU8, Ordering};

/// Where a run stands. Only the moves of [`Phase::may_become`] exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Phase {
    /// Executors run their `on_init`; no spout emits.
    Starting = 0,
    /// Spouts emit.
    Active = 1,
    /// Spouts are silent; what is under way goes on.
    Inactive = 2,
    /// Spouts never emit anything new again; tuples under way (replays included) are finished.
    Draining = 3,
    /// Executors end as soon as they look.
    Stopping = 4,
}

impl Phase {
    const ALL: [Phase; 5] = [
        Phase::Starting,
        Phase::Active,
        Phase::Inactive,
        Phase::Draining,
        Phase::Stopping,
    ];

    /// Whether a run may go from this phase to `next`.
    pub fn may_become(self, next: Phase) -> bool {
        use Phase::{Active, Draining, Inactive, Starting, Stopping};
        matches!(
            (self, next),
            (Starting, Active | Inactive)
                | (Active, Inactive)
                | (Inactive, Active)
                | (Starting | Active | Inactive, Draining)
                | (Starting | Active | Inactive | Draining, Stopping)
        )
    }

    /// The name shown to people and in reports.
    pub fn name(self) -> &'static str {
        ["starting", "active", "inactive", "draining", "stopping"][self as usize]
    }
}

/// A [`Phase`] that many threads read.
#[derive(Debug)]
pub struct PhaseCell(AtomicU8);

impl Default for PhaseCell {
    fn default() -> Self {
        PhaseCell(AtomicU8::new(Phase::Starting as u8))
    }
}

impl PhaseCell {
    /// The phase now.
    #[inline]
    pub fn get(&self) -> Phase {
        Phase::ALL[usize::from(self.0.load(Ordering::Acquire))]
    }

    /// Moves on to `next`; false (and nothing changes) if the table does not allow it.
    pub fn advance(&self, next: Phase) -> bool {
        let allowed = |now: u8| Phase::ALL[usize::from(now)].may_become(next).then_some(next as u8);
        self.0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, allowed)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_drains_never_becomes_active_again() {
        let cell = PhaseCell::default();
        for (next, allowed) in [
            (Phase::Active, true),
            (Phase::Starting, false),
            (Phase::Inactive, true),
            (Phase::Active, true),
            (Phase::Draining, true),
            (Phase::Active, false),
            (Phase::Stopping, true),
            (Phase::Draining, false),
        ] {
            assert_eq!(cell.advance(next), allowed, "{next:?}");
        }
        assert_eq!(cell.get().name(), "stopping");
    }
}
