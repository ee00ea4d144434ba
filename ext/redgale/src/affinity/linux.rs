//! Threads, their CPU time and the cores they may run on, as Linux has them.

use redgale_engine::clock::Nanos;

/// A thread of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread(libc::pid_t);

impl Thread {
    /// The calling one.
    pub fn current() -> Option<Self> {
        // SAFETY: no arguments, cannot fail.
        Some(Thread(unsafe { libc::gettid() }))
    }

    /// All there are.
    pub fn all() -> impl Iterator<Item = Self> {
        let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
        threads.filter_map(|entry| Some(Thread(entry.file_name().to_str()?.parse().ok()?)))
    }

    /// CPU time it has used; 0 if it is gone.
    pub fn time(self) -> Nanos {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // CPUCLOCK_SCHED (2) of one thread (4): the kernel's encoding of a thread's clock, as pthread_getcpuclockid gives it
        let clock = (!self.0 << 3) | 6;
        // SAFETY: a valid timespec. The clock of a thread that is gone is an error, which leaves 0.
        unsafe { libc::clock_gettime(clock, &mut time) };
        time.tv_sec as Nanos * 1_000_000_000 + time.tv_nsec as Nanos
    }

    /// The core it ran on last: the 39th field of its stat line.
    pub fn last_core(self) -> Option<usize> {
        let stat = std::fs::read_to_string(format!("/proc/self/task/{}/stat", self.0)).ok()?;
        // the second field is the name in parentheses, which may hold anything
        let fields = stat.rsplit_once(')')?.1;
        fields.split_ascii_whitespace().nth(39 - 3)?.parse().ok()
    }
}

/// A set of cores.
#[derive(Clone, Copy)]
pub struct Mask(libc::cpu_set_t);

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.cores()).finish()
    }
}

impl Mask {
    fn none() -> Self {
        // SAFETY: a cpu_set_t is an array of bits.
        Mask(unsafe { std::mem::zeroed() })
    }

    /// One core.
    pub fn one(core: usize) -> Self {
        let mut mask = Mask::none();
        // SAFETY: `core` came from the kernel or from a mask, both below the number of bits.
        unsafe { libc::CPU_SET(core, &mut mask.0) };
        mask
    }

    /// Where the calling thread may run; no core if the system does not say.
    pub fn of_process() -> Self {
        Thread::current().and_then(Mask::of).unwrap_or_else(Mask::none)
    }

    /// Where a thread may run.
    pub fn of(thread: Thread) -> Option<Self> {
        let mut mask = Mask::none();
        // SAFETY: writes at most the size that is given.
        let result = unsafe { libc::sched_getaffinity(thread.0, size_of::<libc::cpu_set_t>(), &mut mask.0) };
        (result == 0).then_some(mask)
    }

    /// Lets a thread run here only. What the system refuses is left as it is: nothing depends on it.
    pub fn set(&self, thread: Thread) {
        // SAFETY: reads the size that is given.
        unsafe { libc::sched_setaffinity(thread.0, size_of::<libc::cpu_set_t>(), &self.0) };
    }

    fn cores(&self) -> impl Iterator<Item = usize> + '_ {
        // SAFETY: below the number of bits.
        (0..libc::CPU_SETSIZE as usize).filter(|core| unsafe { libc::CPU_ISSET(*core, &self.0) })
    }

    /// Itself, if there is more than one core in it.
    pub fn several(&self) -> Option<&Self> {
        self.cores().nth(1).map(|_| self)
    }

    /// Whether it is this core and no other.
    pub fn is_only(&self, core: usize) -> bool {
        self.cores().eq([core])
    }

    /// The core of the calling thread.
    pub fn here(&self) -> usize {
        // SAFETY: no arguments; -1 where it is not known.
        let core = usize::try_from(unsafe { libc::sched_getcpu() }).ok();
        core.or_else(|| self.cores().next()).unwrap_or(0)
    }
}
