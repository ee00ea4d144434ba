//! A native thread that beats every millisecond while Ruby executors are busy.
//!
//! It does three things without the VM lock: it moves the beat on, by which executors see that a millisecond has passed
//! without reading a clock; it makes a handler that runs on and on offer the lock (a postponed job that calls
//! `rb_thread_schedule`: measured on 3.1, 64 sleepers keep 5,100 wake-ups/s beside a CPU-bound bolt, without it 400); and it
//! asks the main thread to hand on what an executor emitted before it began to block. While nobody is busy it sleeps.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Thread};
use std::time::Duration;

/// One beat: how long an executor may keep the lock, or a batch, while others wait.
const BEAT: Duration = Duration::from_millis(1);

/// What the pulse and the executors share.
#[derive(Debug, Default)]
pub struct Pulse {
    beat: AtomicU32,
    /// Executors inside a run of their handlers.
    busy: AtomicUsize,
    /// The beat at which an executor last looked.
    seen: AtomicU32,
    sleeping: AtomicBool,
    stopped: AtomicBool,
    thread: Mutex<Option<Thread>>,
}

impl Pulse {
    /// The number of the present beat.
    #[inline]
    pub fn beat(&self) -> u32 {
        self.beat.load(Ordering::Relaxed)
    }

    /// An executor noticed that the beat has moved on (and offers the lock itself).
    pub fn notice(&self) {
        self.seen.store(self.beat(), Ordering::Relaxed);
    }

    /// An executor begins to run handlers.
    #[inline]
    pub fn begin(&self) {
        self.busy.fetch_add(1, Ordering::SeqCst);
        if self.sleeping.load(Ordering::SeqCst) {
            self.wake();
        }
    }

    /// It ends.
    #[inline]
    pub fn end(&self) {
        self.busy.fetch_sub(1, Ordering::SeqCst);
    }

    fn wake(&self) {
        if let Some(thread) = &*self.thread.lock().unwrap_or_else(PoisonError::into_inner) {
            thread.unpark();
        }
    }

    /// Ends the thread.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.wake();
    }

    /// Starts the thread. `each`: called at every beat, without the VM lock.
    pub fn start(self: &Arc<Self>, each: impl Fn(u32) + Send + 'static) {
        let pulse = Arc::clone(self);
        let run = move || {
            block_signals();
            pulse.run(each);
        };
        let handle = thread::Builder::new()
            .name("redgale-pulse".into())
            .spawn(run)
            .expect("a thread can be started");
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle.thread().clone());
    }

    fn run(&self, each: impl Fn(u32)) {
        while !self.stopped.load(Ordering::SeqCst) {
            if self.busy.load(Ordering::SeqCst) == 0 {
                self.sleeping.store(true, Ordering::SeqCst);
                // looked at again after `sleeping` is visible: a `begin` in between either is seen here or unparks
                if self.busy.load(Ordering::SeqCst) == 0 && !self.stopped.load(Ordering::SeqCst) {
                    thread::park();
                }
                self.sleeping.store(false, Ordering::SeqCst);
                continue;
            }
            thread::sleep(BEAT);
            let beat = self.beat.fetch_add(1, Ordering::Relaxed) + 1;
            each(beat);
            // nobody looked for a whole beat: some handler runs on
            if beat.wrapping_sub(self.seen.load(Ordering::Relaxed)) > 1 {
                offer_lock();
            }
        }
    }
}

/// All signals go to Ruby's threads.
pub fn block_signals() {
    // SAFETY: the set is initialised by sigfillset before use.
    unsafe {
        let mut all = std::mem::MaybeUninit::uninit();
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_BLOCK, all.as_ptr(), std::ptr::null_mut());
    }
}

unsafe extern "C" fn schedule(_: *mut c_void) {
    // SAFETY: postponed jobs run on a Ruby thread with the lock, where a switch is allowed.
    unsafe { rb_sys::rb_thread_schedule() };
}

/// Makes the running Ruby thread offer the lock at its next interrupt check.
fn offer_lock() {
    // SAFETY: documented as callable from any thread and from signal handlers; the callback does not raise. (3.3 renames it to
    // rb_postponed_job_preregister / _trigger and keeps this name.)
    #[allow(deprecated)]
    unsafe {
        rb_sys::rb_postponed_job_register_one(0, Some(schedule), std::ptr::null_mut());
    }
}
