//! Ruby executors of a process share a core.
//!
//! Only one of them runs Ruby at a time. When the one that gives the lock away and the one that gets it are on different
//! cores, the second must be woken on a core that went to sleep: 40 µs here, against 4 on the same core (64 sleepers beside a
//! CPU-bound bolt: the bolt keeps 95 % of its speed, not 76 %; latency at 10,000 tuples/s: half, for two thirds of the CPU).
//!
//! Code that releases the lock to compute (compression, hashing) wants more than one core. So the executors are let go for
//! [`TRY_FOR`] now and then: if they then use clearly more than one core they stay free, until they no longer do. The core is
//! chosen anew each time, so that two processes on one core part.
//!
//! The mask of a thread is inherited by what it starts. Forked children give it back ([`crate::fork`]), `spawn` and the like
//! are wrapped on the Ruby side ([`apart`]), other threads that user code started get the process's mask back at each try.

use std::cell::Cell;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use redgale_engine::clock::{Nanos, nanos};

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
use linux::{Mask, Thread};
#[cfg(not(target_os = "linux"))]
use other::{Mask, Thread};

/// From the first executor to the first try.
const FIRST_TRY: Duration = Duration::from_millis(200);
/// Between two tries.
const TRY_EVERY: Duration = Duration::from_secs(5);
/// How long executors are let go to see what they use.
const TRY_FOR: Duration = Duration::from_millis(50);
/// How often executors that were let go for good are looked at.
const SPREAD_LOOK: Duration = Duration::from_secs(1);
/// Cores in use above which the executors are let go. A process whose threads wait for one lock stays below 1.05.
const SEVERAL: f64 = 1.15;

/// Where the executors may run. Shared -> Trying -> Shared | Spread; Spread -> Shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// On one core, until the next try after so long.
    Shared(Duration),
    /// Anywhere, to see whether they use it.
    Trying,
    /// Anywhere, because they use it.
    Spread,
}

impl Mode {
    /// The mode after `elapsed` in this one, in which the executors used `used` CPU time; None: it goes on.
    fn next(self, elapsed: Duration, used: Nanos) -> Option<Mode> {
        let several = used as f64 > nanos(elapsed) as f64 * SEVERAL;
        match self {
            Mode::Shared(until) => (elapsed >= until).then_some(Mode::Trying),
            Mode::Trying if elapsed < TRY_FOR => None,
            Mode::Spread if elapsed < SPREAD_LOOK => None,
            Mode::Trying | Mode::Spread if several => Some(Mode::Spread),
            Mode::Trying | Mode::Spread => Some(Mode::Shared(TRY_EVERY)),
        }
    }
}

/// A thread that runs an executor.
#[derive(Clone, Copy, Debug)]
struct Member {
    thread: Thread,
    /// Its CPU time when the mode began.
    used: Nanos,
}

#[derive(Debug)]
struct State {
    members: Vec<Member>,
    mode: Mode,
    since: Instant,
    core: Option<usize>,
}

/// The core that the executors of one run share.
#[derive(Debug)]
pub struct Affinity(Mutex<State>);

/// Ends the membership of the thread that made it.
#[derive(Debug)]
pub struct Membership<'a>(Option<&'a Affinity>);

thread_local! {
    /// The core that the thread shares; it outlives the membership. Without a destructor, as the fork handler reads it.
    static MEMBER: Cell<*const Affinity> = const { Cell::new(std::ptr::null()) };
}

/// Where the process may run, as it was when the first executor came.
static ALL: OnceLock<Mask> = OnceLock::new();

impl Default for Affinity {
    fn default() -> Self {
        Affinity(Mutex::new(State {
            members: Vec::new(),
            mode: Mode::Shared(FIRST_TRY),
            since: Instant::now(),
            core: None,
        }))
    }
}

impl Affinity {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the calling thread share the core; not if there is only one, or the system does not allow it.
    pub fn join(&self) -> Membership<'_> {
        let Some(all) = ALL.get_or_init(Mask::of_process).several() else {
            return Membership(None);
        };
        let Some(thread) = Thread::current() else {
            return Membership(None);
        };
        let used = thread.time();
        let mut state = self.lock();
        if state.members.is_empty() {
            state.since = Instant::now();
        }
        state.members.push(Member { thread, used });
        if matches!(state.mode, Mode::Shared(_)) {
            let core = *state.core.get_or_insert_with(|| all.here());
            Mask::one(core).set(thread);
        }
        MEMBER.set(self);
        Membership(Some(self))
    }

    /// Looks whether it is time to let the executors go, or to gather them. Called at each beat, without the VM lock.
    pub fn look(&self) {
        let Some(all) = ALL.get() else { return };
        let mut state = self.lock();
        let elapsed = state.since.elapsed();
        // the clocks of all executors are only read when the time has come
        if state.members.is_empty() || state.mode.next(elapsed, 0).is_none() {
            return;
        }
        let used: Vec<Nanos> = state.members.iter().map(Member::used).collect();
        let Some(mode) = state.mode.next(elapsed, used.iter().sum()) else {
            return;
        };
        match mode {
            Mode::Trying => {
                state.let_go(all);
            }
            Mode::Spread => {}
            Mode::Shared(_) => {
                let busiest = used.iter().enumerate().max_by_key(|(_, used)| **used);
                let core = busiest.and_then(|(index, _)| state.members[index].thread.last_core());
                let core = core.or(state.core).unwrap_or_else(|| all.here());
                state.gather(core);
            }
        }
        state.begin(mode);
    }
}

impl State {
    fn begin(&mut self, mode: Mode) {
        self.mode = mode;
        self.since = Instant::now();
        for member in &mut self.members {
            member.used = member.thread.time();
        }
    }

    fn gather(&mut self, core: usize) {
        let mask = Mask::one(core);
        self.members.iter().for_each(|member| mask.set(member.thread));
        self.core = Some(core);
    }

    /// Frees the executors, and the threads that were started by them.
    fn let_go(&self, all: &Mask) {
        self.members.iter().for_each(|member| all.set(member.thread));
        let Some(core) = self.core else { return };
        for thread in Thread::all() {
            if Mask::of(thread).is_some_and(|mask| mask.is_only(core)) {
                all.set(thread);
            }
        }
    }
}

impl Drop for Membership<'_> {
    fn drop(&mut self) {
        let (Some(affinity), Some(thread)) = (self.0, Thread::current()) else {
            return;
        };
        MEMBER.set(std::ptr::null());
        affinity.lock().members.retain(|member| member.thread != thread);
        if let Some(all) = ALL.get() {
            all.set(thread);
        }
    }
}

impl Member {
    /// CPU time since the mode began.
    fn used(&self) -> Nanos {
        self.thread.time().saturating_sub(self.used)
    }
}

/// Whether the calling thread shares a core; if so it may run anywhere until [`back`].
pub fn apart() -> bool {
    if MEMBER.get().is_null() {
        return false;
    }
    if let (Some(all), Some(thread)) = (ALL.get(), Thread::current()) {
        all.set(thread);
    }
    true
}

/// The calling thread shares the core again, after [`apart`].
pub fn back() {
    // SAFETY: set by `join`, reset by the end of the membership, which borrows it.
    let Some(affinity) = (unsafe { MEMBER.get().as_ref() }) else {
        return;
    };
    let state = affinity.lock();
    if let (Mode::Shared(_), Some(core), Some(thread)) = (state.mode, state.core, Thread::current()) {
        Mask::one(core).set(thread);
    }
}

/// In a forked child: it may run anywhere. Async-signal-safe: it reads memory and makes system calls.
pub fn leave_in_child() {
    apart();
    MEMBER.set(std::ptr::null());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn executors_that_use_more_than_a_core_stay_free_until_they_do_not() {
        let after = |mode: Mode, millis: u64, cores: f64| {
            let elapsed = Duration::from_millis(millis);
            mode.next(elapsed, (nanos(elapsed) as f64 * cores) as Nanos)
        };
        let shared = Mode::Shared(FIRST_TRY);
        assert_eq!(after(shared, 199, 1.0), None);
        assert_eq!(after(shared, 200, 1.0), Some(Mode::Trying));
        assert_eq!(after(Mode::Trying, 49, 2.0), None);
        assert_eq!(after(Mode::Trying, 50, 1.1), Some(Mode::Shared(TRY_EVERY)));
        assert_eq!(after(Mode::Trying, 50, 1.2), Some(Mode::Spread));
        assert_eq!(after(Mode::Spread, 999, 0.0), None);
        assert_eq!(after(Mode::Spread, 1_000, 1.2), Some(Mode::Spread));
        assert_eq!(after(Mode::Spread, 1_000, 1.1), Some(Mode::Shared(TRY_EVERY)));
    }
}
