//! The one source of time, replaceable so that tests can drive it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Nanoseconds since the clock was made. Monotonic; never compared between two hosts.
pub type Nanos = u64;

/// Time as the engine sees it.
#[derive(Debug)]
pub enum Clock {
    /// The machine's monotonic clock.
    Real(Instant),
    /// Stands still until [`Clock::advance`] moves it.
    Manual(AtomicU64),
}

impl Clock {
    /// A clock that starts now.
    pub fn real() -> Self {
        Clock::Real(Instant::now())
    }

    /// A clock at 0 that only tests move.
    pub fn manual() -> Self {
        Clock::Manual(AtomicU64::new(0))
    }

    /// Nanoseconds since the start.
    #[inline]
    pub fn now(&self) -> Nanos {
        match self {
            Clock::Real(start) => start.elapsed().as_nanos() as Nanos,
            Clock::Manual(now) => now.load(Ordering::Acquire),
        }
    }

    /// Moves a manual clock on; a real one goes by itself and ignores it.
    pub fn advance(&self, by: Duration) {
        if let Clock::Manual(now) = self {
            now.fetch_add(nanos(by), Ordering::AcqRel);
        }
    }
}

/// A duration in the engine's unit; what does not fit (584 years) becomes the largest.
pub fn nanos(duration: Duration) -> Nanos {
    duration.as_nanos().try_into().unwrap_or(Nanos::MAX)
}
