//! INT and TERM, also when Ruby cannot run: a handler chained in front of Ruby's, and a watchdog that needs no lock.
//!
//! The handler is async-signal-safe: it writes a byte to a pipe and calls the handler that was there before (Ruby's, which
//! does the orderly part). The watchdog thread reads the pipe. First signal: it starts the deadline, and ends the process
//! with 75 if that passes. Second signal: it ends the process at once with 128 + signal. What comes within 0.2 s counts as the
//! same signal: a supervisor or `timeout` sends it to the process and to its group. A forked child's signals are its own.

use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Exit status when the deadline passes with work pending (sysexits: EX_TEMPFAIL).
pub const DEADLINE_STATUS: i32 = 75;

/// Signals within this time of the first are the same one (docs/cli.md; LocalRun keeps the same time).
const SAME: Duration = Duration::from_millis(200);

/// Byte that tells the watchdog to forget the signal it has seen.
const DISARM: u8 = 0;

/// [`crate::fork::generation`] of the process that has the watchdog.
static OWNER: AtomicU32 = AtomicU32::new(0);

static PIPE: AtomicI32 = AtomicI32::new(-1);
/// The handlers that were there before, by signal; 0 = none.
static PREVIOUS: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];
const SIGNALS: [libc::c_int; 2] = [libc::SIGINT, libc::SIGTERM];
/// Milliseconds from the first signal to the end.
static DEADLINE: AtomicU64 = AtomicU64::new(20_000);
/// Keeps the write end open; `None` until installed.
static INSTALLED: Mutex<Option<OwnedFd>> = Mutex::new(None);

/// What is printed when the watchdog ends the process; made by whoever starts a run.
type LastWords = Box<dyn Fn() -> String + Send>;
static LAST_WORDS: Mutex<Option<LastWords>> = Mutex::new(None);

extern "C" fn handler(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let fd = PIPE.load(Ordering::Relaxed);
    if fd >= 0 && OWNER.load(Ordering::Relaxed) == crate::fork::generation() {
        let byte = signal as u8;
        // SAFETY: write(2) is async-signal-safe; the pipe does not block and a full one already holds signals.
        unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
    }
    let Some(index) = SIGNALS.iter().position(|known| *known == signal) else {
        return;
    };
    let previous = PREVIOUS[index].load(Ordering::Relaxed);
    if previous > libc::SIG_IGN {
        // SAFETY: the address came from sigaction. Ruby installs its handler without SA_SIGINFO: it takes the number, and on
        // every supported ABI ignores further arguments.
        unsafe {
            let previous: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) =
                std::mem::transmute(previous);
            previous(signal, info, context);
        }
    }
}

/// Puts the handler in front of Ruby's, which must be installed by now, and starts the watchdog. `words`: what the watchdog
/// prints before it ends the process.
///
/// # Errors
/// No pipe or thread to be had.
pub fn install(deadline: Duration, words: LastWords) -> std::io::Result<()> {
    DEADLINE.store(
        u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX),
        Ordering::Relaxed,
    );
    *LAST_WORDS.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    // a forked child has the pipe of its parent, but not the watchdog
    if installed.is_none() || OWNER.load(Ordering::Relaxed) != crate::fork::generation() {
        let mut ends: [RawFd; 2] = [0; 2];
        // SAFETY: `ends` has room for two descriptors.
        if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } != 0 {
            return Err(std::io::Error::last_os_error());
        }
        // SAFETY: just made, owned by nobody else.
        let (read, write) = unsafe { (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])) };
        // SAFETY: the write end must never block inside a handler.
        unsafe { libc::fcntl(ends[1], libc::F_SETFL, libc::O_NONBLOCK) };
        std::thread::Builder::new()
            .name("redgale-watchdog".into())
            .spawn(move || watch(&read))?;
        OWNER.store(crate::fork::generation(), Ordering::Relaxed);
        PIPE.store(ends[1], Ordering::Relaxed);
        *installed = Some(write);
    }
    for (index, signal) in SIGNALS.iter().enumerate() {
        // SAFETY: the action is fully initialised; the handler is async-signal-safe.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            let mut previous: libc::sigaction = std::mem::zeroed();
            libc::sigaction(*signal, std::ptr::null(), &mut previous);
            if previous.sa_sigaction == handler as *const () as usize {
                continue;
            }
            PREVIOUS[index].store(previous.sa_sigaction, Ordering::Relaxed);
            action.sa_sigaction = handler as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART | (previous.sa_flags & libc::SA_ONSTACK);
            libc::sigemptyset(&mut action.sa_mask);
            libc::sigaction(*signal, &action, std::ptr::null_mut());
        }
    }
    Ok(())
}

/// Forgets a signal that was seen: the run has ended, the process goes on.
pub fn disarm() {
    *LAST_WORDS.lock().unwrap_or_else(PoisonError::into_inner) = None;
    let fd = PIPE.load(Ordering::Relaxed);
    if fd >= 0 && OWNER.load(Ordering::Relaxed) == crate::fork::generation() {
        // SAFETY: one byte; a pipe that is full holds signals, which end the process anyway.
        unsafe { libc::write(fd, [DISARM].as_ptr().cast(), 1) };
    }
}

fn watch(pipe: &OwnedFd) {
    use std::os::fd::AsRawFd;
    crate::pulse::block_signals();
    let read = |timeout: i32| -> Option<u8> {
        let mut poll = libc::pollfd {
            fd: pipe.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        let mut byte = 0u8;
        // SAFETY: one pollfd and one byte, as said.
        unsafe {
            if libc::poll(&mut poll, 1, timeout) <= 0 || libc::read(poll.fd, (&raw mut byte).cast(), 1) != 1 {
                return None;
            }
        }
        Some(byte)
    };
    loop {
        if read(-1).is_none_or(|signal| signal == DISARM) {
            continue;
        }
        let first = Instant::now();
        let end = first + Duration::from_millis(DEADLINE.load(Ordering::Relaxed));
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                finish("shutdown_timeout has passed", DEADLINE_STATUS);
            }
            match read(i32::try_from(left.as_millis()).unwrap_or(i32::MAX).max(1)) {
                Some(DISARM) => break,
                Some(signal) if first.elapsed() >= SAME => finish("a second signal", 128 + i32::from(signal)),
                _ => {}
            }
        }
    }
}

fn finish(why: &str, status: i32) -> ! {
    // the lock may be held by a thread that will never run again
    let words = LAST_WORDS
        .try_lock()
        .ok()
        .and_then(|words| words.as_ref().map(|words| words()));
    let words = words.map(|words| format!(": {words}")).unwrap_or_default();
    let line = format!("redgale: ended by {why}{words}\n");
    // SAFETY: a valid pollfd and buffer. Written only where that does not block, and without the lock of std's stderr: whoever
    // holds it, or should read it, may be stuck.
    unsafe {
        let mut poll = libc::pollfd {
            fd: libc::STDERR_FILENO,
            events: libc::POLLOUT,
            revents: 0,
        };
        if libc::poll(&mut poll, 1, 0) == 1 && poll.revents & libc::POLLOUT != 0 {
            libc::write(libc::STDERR_FILENO, line.as_ptr().cast(), line.len());
        }
    }
    // programs that a wrapper started would outlive this process
    redgale_multilang::sys::kill_groups();
    // SAFETY: ends the process without running anything else: user code may hold every lock there is.
    unsafe { libc::_exit(status) }
}
