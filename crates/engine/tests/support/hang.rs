//! What tests with threads share: a seed that is told when they fail, and a bound on how long they may hang.

use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Far above what a run takes on a busy machine.
const HANG: Duration = Duration::from_secs(60);

/// Runs `body` on a thread of its own; fails with the seed, and with `state` if it hangs.
pub fn bounded(seed: u64, state: impl Fn() -> String, body: impl FnOnce() + Send + 'static) {
    let (done, ended) = channel::<()>();
    let runner = thread::spawn(move || {
        let _done = done;
        body();
    });
    if let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(HANG) {
        panic!("seed {seed} hangs:\n{}", state());
    }
    if let Err(panic) = runner.join() {
        eprintln!("seed {seed} failed:\n{}", state());
        resume_unwind(panic);
    }
}

/// Seeds to run: those of `REDGALE_SEED` (one number) or the first `count` after a random start.
pub fn seeds(count: u64) -> impl Iterator<Item = u64> {
    let given = std::env::var("REDGALE_SEED").ok().and_then(|seed| seed.parse().ok());
    let (first, count) = given.map_or_else(|| (fastrand::u64(..u64::MAX / 2), count), |seed| (seed, 1));
    first..first + count
}
