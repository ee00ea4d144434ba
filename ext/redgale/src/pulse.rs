//! A native thread that beats every millisecond while Ruby executors are busy.
//!
//! It does three things without the VM lock: it moves the beat on, by which executors see that a millisecond has passed
//! without reading a clock; it makes a handler that runs on and on offer the lock (a postponed job: measured on 3.1, 64
//! sleepers keep 5,100 wake-ups/s beside a CPU-bound bolt, without it 400); and it asks the main thread to hand on what an
//! executor emitted before it began to block. While nobody is busy it sleeps.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use redgale_engine::clock::Nanos;

/// One beat: how long an executor may keep the lock, or a batch, while others wait.
pub const BEAT: Duration = Duration::from_millis(1);

/// Beats between two offers of a handler that runs on while no other executor is inside of a handler.
const ALONE: u32 = 10;

/// How long the lock is left to others when it is offered: until the next in the queue is awake and has taken it (a parked
/// thread wakes within 10 to 58 µs). The kernel rounds it up by its timer slack of 50 µs.
const OFFER: Duration = Duration::from_micros(1);

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
    thread: Mutex<Option<JoinHandle<()>>>,
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

    /// An executor begins to run a handler that will most likely do nothing: the pulse is not woken for it, which would cost
    /// more than the call. Should it do something after all, [`Pulse::rouse`] wakes the pulse.
    #[inline]
    pub fn begin_quietly(&self) {
        self.busy.fetch_add(1, Ordering::SeqCst);
    }

    /// Wakes the pulse if it sleeps though an executor is busy.
    #[inline]
    pub fn rouse(&self) {
        if self.sleeping.load(Ordering::SeqCst) && self.busy.load(Ordering::SeqCst) > 0 {
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
            thread.thread().unpark();
        }
    }

    /// Ends the thread and waits for it, at most a beat: it must not touch a VM that is being torn down. The caller may hold
    /// the VM lock, which the thread never takes.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }

    /// Starts the thread; needs the VM lock. `each`: called at every beat, without it.
    pub fn start(self: &Arc<Self>, each: impl Fn(u32) + Send + 'static) {
        job::prepare();
        let pulse = Arc::clone(self);
        let run = move || {
            block_signals();
            pulse.run(each);
        };
        let handle = thread::Builder::new()
            .name("redgale-pulse".into())
            .spawn(run)
            .expect("a thread can be started");
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle);
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
            if self.stopped.load(Ordering::SeqCst) {
                return;
            }
            let beat = self.beat.fetch_add(1, Ordering::Relaxed) + 1;
            each(beat);
            // nobody looked for a whole beat: some handler runs on
            if beat.wrapping_sub(self.seen.load(Ordering::Relaxed)) > 1 {
                // other executors wait for the lock, or may do so inside of their handlers; threads of the user's own get it
                // less often
                let crowded = self.busy.load(Ordering::Relaxed) > 1 || crate::gvl::is_wanted();
                if crowded || beat.is_multiple_of(ALONE) {
                    job::offer_lock();
                }
            }
        }
    }
}

/// CPU time of the calling thread.
pub fn thread_time() -> Nanos {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a valid timespec; the clock exists on every supported system.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as Nanos * 1_000_000_000 + time.tv_nsec as Nanos
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

unsafe extern "C" fn nap(_: *mut c_void) -> *mut c_void {
    thread::sleep(OFFER);
    std::ptr::null_mut()
}

unsafe extern "C" fn nothing(_: *mut c_void) {}

/// Releases the lock for a moment. Not by `rb_thread_schedule`: that takes pending interrupts, and a postponed job swallows
/// the exception or kill it would raise. `rb_nogvl` with `INTR_FAIL` leaves them to the interrupted code.
unsafe extern "C" fn schedule(_: *mut c_void) {
    // SAFETY: postponed jobs run on a Ruby thread with the lock, where a switch is allowed; the functions take no argument and
    // the nap is too short to need an end before its time.
    unsafe {
        let none = std::ptr::null_mut();
        rb_sys::rb_nogvl(
            Some(nap),
            none,
            Some(nothing),
            none,
            crate::gvl::INTR_FAIL | crate::gvl::UBF_ASYNC_SAFE,
        );
    }
}

/// Makes the running Ruby thread offer the lock at its next interrupt check.
#[cfg(not(ruby_gte_3_3))]
mod job {
    use super::schedule;

    pub fn prepare() {}

    pub fn offer_lock() {
        // SAFETY: documented as callable from any thread and from signal handlers; the callback does not raise.
        unsafe { rb_sys::rb_postponed_job_register_one(0, Some(schedule), std::ptr::null_mut()) };
    }
}

/// The same by the names that 3.3 gave it. Not tested: there is no such Ruby in Debian 12.
#[cfg(ruby_gte_3_3)]
mod job {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::schedule;

    static HANDLE: AtomicU32 = AtomicU32::new(u32::MAX);

    pub fn prepare() {
        // SAFETY: VM lock; the same function is registered once, however often this is called.
        let handle = unsafe { rb_sys::rb_postponed_job_preregister(0, Some(schedule), std::ptr::null_mut()) };
        HANDLE.store(handle, Ordering::Relaxed);
    }

    pub fn offer_lock() {
        // SAFETY: documented as callable from any thread and from signal handlers; `prepare` came before.
        unsafe { rb_sys::rb_postponed_job_trigger(HANDLE.load(Ordering::Relaxed)) };
    }
}
