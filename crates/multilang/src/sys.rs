//! The few calls of the operating system that std does not have. All `unsafe` of the crate is here.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

/// What to wait for on one descriptor, and what was found.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct Interest(libc::pollfd);

impl Interest {
    /// Waits for what the flags say, and for the end of the other side.
    pub fn new(fd: &impl AsRawFd, read: bool, write: bool) -> Self {
        let events = if read { libc::POLLIN } else { 0 } | if write { libc::POLLOUT } else { 0 };
        Interest(libc::pollfd {
            fd: fd.as_raw_fd(),
            events,
            revents: 0,
        })
    }

    /// Whether there is anything to do.
    pub fn is_ready(&self) -> bool {
        self.0.revents != 0
    }
}

/// Sleeps until something is ready or the time is up (None: no limit). A signal ends it early, too.
///
/// # Errors
/// What poll(2) gives.
pub fn poll(interests: &mut [Interest], timeout: Option<Duration>) -> io::Result<()> {
    // rounded up: a wait that ends before its time would be begun again and again
    let millis = timeout.map_or(-1, |timeout| {
        timeout.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as i32
    });
    // SAFETY: Interest is a pollfd (repr(transparent)); pointer and length belong to one slice.
    let found = unsafe { libc::poll(interests.as_mut_ptr().cast(), interests.len() as libc::nfds_t, millis) };
    match found {
        -1 => {
            let error = io::Error::last_os_error();
            if error.kind() == io::ErrorKind::Interrupted {
                interests.iter_mut().for_each(|interest| interest.0.revents = 0);
                return Ok(());
            }
            Err(error)
        }
        _ => Ok(()),
    }
}

/// Reads and writes of this descriptor do not wait from now on.
///
/// # Errors
/// What fcntl(2) gives.
pub fn set_nonblocking(fd: BorrowedFd<'_>) -> io::Result<()> {
    let fd: RawFd = fd.as_raw_fd();
    // SAFETY: a valid descriptor; no memory is passed.
    let result = unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFL);
        libc::fcntl(fd, libc::F_SETFL, flags | libc::O_NONBLOCK)
    };
    if result == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Makes `command` start a process of its own group (a Ctrl-C at the terminal does not reach it), without the signal mask
/// and ignored signals of this process, which the kernel kills when the calling thread ends, however it ends.
pub fn prepare(command: &mut Command) {
    command.process_group(0);
    let parent = std::process::id();
    let in_child = move || {
        // SAFETY: only async-signal-safe calls, as between fork and exec; the set is initialised by sigemptyset.
        unsafe {
            let mut none = std::mem::MaybeUninit::uninit();
            libc::sigemptyset(none.as_mut_ptr());
            libc::sigprocmask(libc::SIG_SETMASK, none.as_ptr(), std::ptr::null_mut());
            for signal in [
                libc::SIGHUP,
                libc::SIGINT,
                libc::SIGQUIT,
                libc::SIGPIPE,
                libc::SIGTERM,
                libc::SIGCHLD,
            ] {
                libc::signal(signal, libc::SIG_DFL);
            }
            #[cfg(target_os = "linux")]
            {
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                // it may have ended before the line above
                if libc::getppid() as u32 != parent {
                    libc::_exit(0);
                }
            }
        }
        let _ = parent;
        Ok(())
    };
    // SAFETY: see above.
    unsafe { command.pre_exec(in_child) };
}

/// Whether process `pid`, a child that nobody waited for, has ended. Its pid stays taken until somebody waits for it. A child
/// that somebody else waited for has ended, too.
pub fn has_ended(pid: u32) -> bool {
    let mut info = std::mem::MaybeUninit::<libc::siginfo_t>::zeroed();
    // SAFETY: a valid place for the result, which is zeroed: si_pid stays 0 when there is no news.
    unsafe {
        let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
        if libc::waitid(libc::P_PID, pid, info.as_mut_ptr(), options) == -1 {
            return true;
        }
        info.assume_init().si_pid() != 0
    }
}

/// A descriptor that can be read when process `pid`, a child that nobody waited for, has ended; None where the system has no
/// such thing.
pub fn watch_end(pid: u32) -> Option<OwnedFd> {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: no memory is passed; the descriptor is new and nobody else's. It is closed on exec by itself.
        unsafe {
            let fd = libc::syscall(libc::SYS_pidfd_open, pid as libc::pid_t, 0);
            RawFd::try_from(fd)
                .ok()
                .filter(|fd| *fd >= 0)
                .map(|fd| OwnedFd::from_raw_fd(fd))
        }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = pid;
        None
    }
}

/// Whether there is a process of this id, whoever it belongs to.
pub fn is_there(pid: u32) -> bool {
    // SAFETY: signal 0 is sent to nobody; no memory is passed.
    let result = i32::try_from(pid).map(|pid| unsafe { libc::kill(pid, 0) });
    result == Ok(0) || io::Error::last_os_error().raw_os_error() == Some(libc::EPERM)
}

/// Leaders of the process groups of living programs; 0 where there is none. Programs beyond its size are not in it.
static GROUPS: [AtomicI32; 1_024] = [const { AtomicI32::new(0) }; 1_024];

/// Notes a program that was started, for [`kill_groups`].
pub fn note_group(pid: u32) {
    let Ok(pid) = i32::try_from(pid) else { return };
    for place in &GROUPS {
        if place
            .compare_exchange(0, pid, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
        {
            return;
        }
    }
}

/// Forgets one that is about to be waited for.
pub fn forget_group(pid: u32) {
    let Ok(pid) = i32::try_from(pid) else { return };
    for place in &GROUPS {
        let _ = place.compare_exchange(pid, 0, Ordering::AcqRel, Ordering::Relaxed);
    }
}

/// Kills all programs and what they started, for a process that is about to end at once. Async-signal-safe: it reads atomics
/// and makes system calls.
pub fn kill_groups() {
    for place in &GROUPS {
        let pid = place.load(Ordering::Acquire);
        if pid > 1 {
            // SAFETY: no memory is passed.
            unsafe { libc::kill(-pid, libc::SIGKILL) };
        }
    }
}

/// A signal for a process group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Please end.
    Term,
    /// End.
    Kill,
}

/// Sends a signal to the process group that `pid` leads; one that is gone is no error.
pub fn signal_group(pid: u32, signal: Signal) {
    let number = match signal {
        Signal::Term => libc::SIGTERM,
        Signal::Kill => libc::SIGKILL,
    };
    if let Ok(pid) = i32::try_from(pid)
        && pid > 1
    {
        // SAFETY: no memory is passed.
        unsafe { libc::kill(-pid, number) };
    }
}
