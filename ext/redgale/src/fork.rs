//! Knowing a forked child. The engine's threads do not exist there, so nothing of a run may be used in it.

use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

static GENERATION: AtomicU32 = AtomicU32::new(0);
static REGISTER: Once = Once::new();

extern "C" fn in_child() {
    // async-signal-safe: one atomic, and what `leave_in_child` says
    GENERATION.fetch_add(1, Ordering::Relaxed);
    crate::affinity::leave_in_child();
}

/// Makes [`generation`] count forks. Covers `fork`, `Process.daemon` and raw fork(2); not vfork, whose child only execs.
pub fn watch() {
    REGISTER.call_once(|| {
        // SAFETY: the handler is async-signal-safe and lives as long as the process (the extension is never unloaded).
        unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    });
}

/// Grows by one in each forked child. An atomic load: cheap enough to be checked for every tuple.
#[inline]
pub fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}
