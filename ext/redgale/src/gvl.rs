//! Waiting with the VM lock released: all waiting goes through here (the pulse's postponed job only naps).
//!
//! The rule it relies on: `rb_nogvl` with `INTR_FAIL` never raises, so nothing jumps over Rust frames; it may skip the
//! function when an interrupt (even the timer's) is pending, hence the loop. Interrupts are then taken by
//! `rb_thread_check_ints` under `rb_protect` (magnus does that) and come back as an `Err` to be returned to Ruby. The unblock
//! function may run inside a signal handler: [`Waiter::interrupt`] stores an atomic and unparks, nothing else.

use std::ffi::c_void;
use std::os::raw::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use magnus::{Error, Ruby};
use redgale_engine::mailbox::Waiter;

/// From `ruby/thread.h`: do not check interrupts by raising.
pub const INTR_FAIL: c_int = 0x1;
/// From `ruby/thread.h`: the unblock function is async-signal-safe. Without it Ruby 3.1 starts a thread for every call made by
/// a sole main thread (30 to 55 µs instead of 50 ns).
pub const UBF_ASYNC_SAFE: c_int = 0x2;

/// Threads whose wait is over and that want the lock back.
static WANTED: AtomicUsize = AtomicUsize::new(0);

/// Whether an executor waits for the lock.
pub fn is_wanted() -> bool {
    WANTED.load(Ordering::Relaxed) > 0
}

struct Call<F, T> {
    function: Option<F>,
    result: Option<std::thread::Result<T>>,
}

unsafe extern "C" fn run<F: FnOnce() -> T, T>(call: *mut c_void) -> *mut c_void {
    // SAFETY: `detach` passes its own Call of these types, which outlives rb_nogvl.
    let call = unsafe { &mut *call.cast::<Call<F, T>>() };
    if let Some(function) = call.function.take() {
        // a panic must not cross the C frames of rb_nogvl
        call.result = Some(catch_unwind(AssertUnwindSafe(function)));
        WANTED.fetch_add(1, Ordering::Relaxed);
    }
    std::ptr::null_mut()
}

unsafe extern "C" fn unblock(waiter: *mut c_void) {
    // SAFETY: `detach` passes a Waiter that outlives rb_nogvl.
    unsafe { &*waiter.cast::<Waiter>() }.interrupt();
}

/// Runs `wait` without the VM lock; `waiter` must be what it sleeps on. The `Send` bounds keep Ruby values out of `wait`.
///
/// # Errors
/// The exception or jump (kill) that interrupted the thread; `wait` has then returned or was not begun.
pub fn detach<F, T>(ruby: &Ruby, waiter: &Waiter, wait: F) -> Result<T, Error>
where
    F: FnOnce() -> T + Send,
    T: Send,
{
    let mut call = Call {
        function: Some(wait),
        result: None,
    };
    loop {
        waiter.clear();
        // SAFETY: both callbacks get pointers that live until rb_nogvl returns; flags as explained above.
        unsafe {
            rb_sys::rb_nogvl(
                Some(run::<F, T>),
                (&raw mut call).cast(),
                Some(unblock),
                std::ptr::from_ref(waiter).cast_mut().cast(),
                INTR_FAIL | UBF_ASYNC_SAFE,
            );
        }
        // the lock is back: counted in by `run`, if that was called
        if call.result.is_some() {
            WANTED.fetch_sub(1, Ordering::Relaxed);
        }
        ruby.thread_check_ints()?;
        match call.result.take() {
            Some(Ok(value)) => return Ok(value),
            Some(Err(panic)) => resume_unwind(panic),
            None => {}
        }
    }
}
