//! Wakes an executor that sleeps in poll(2).

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Wake, Waker};

use crate::sys;

/// Its own end: readable when somebody rang.
#[derive(Debug)]
pub struct Bell {
    /// Becomes readable.
    pub pipe: PipeReader,
    /// For those who ring.
    pub waker: Waker,
    rope: Arc<Rope>,
}

#[derive(Debug)]
struct Rope {
    pipe: PipeWriter,
    rung: AtomicBool,
}

impl Wake for Rope {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.rung.swap(true, Ordering::SeqCst) {
            // full: then it is readable anyway
            let _ = (&self.pipe).write(&[1]);
        }
    }
}

impl Bell {
    /// # Errors
    /// When there are no more descriptors.
    pub fn new() -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        sys::set_nonblocking(reader.as_fd())?;
        sys::set_nonblocking(writer.as_fd())?;
        let rope = Arc::new(Rope {
            pipe: writer,
            rung: AtomicBool::new(false),
        });
        Ok(Bell {
            pipe: reader,
            waker: Waker::from(Arc::clone(&rope)),
            rope,
        })
    }

    /// Forgets that it was rung. What it was rung for must be looked at afterwards: who rings between the two steps here
    /// writes nothing.
    pub fn clear(&mut self) {
        while matches!(self.pipe.read(&mut [0; 8]), Ok(1..)) {}
        self.rope.rung.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn rings(bell: &Bell) -> bool {
        let mut interest = [sys::Interest::new(&bell.pipe, true, false)];
        sys::poll(&mut interest, Some(Duration::ZERO)).unwrap();
        interest[0].is_ready()
    }

    #[test]
    fn it_can_be_rung_again_after_it_was_cleared() {
        let mut bell = Bell::new().unwrap();
        for _ in 0..3 {
            assert!(!rings(&bell));
            bell.waker.wake_by_ref();
            bell.waker.wake_by_ref();
            assert!(rings(&bell));
            bell.clear();
        }
    }

    #[test]
    fn it_wakes_a_sleeper() {
        let bell = Bell::new().unwrap();
        let waker = bell.waker.clone();
        let ringer = std::thread::spawn(move || waker.wake());
        let mut interest = [sys::Interest::new(&bell.pipe, true, false)];
        let started = Instant::now();
        sys::poll(&mut interest, Some(Duration::from_secs(60))).unwrap();
        assert!(interest[0].is_ready() && started.elapsed() < Duration::from_secs(30));
        ringer.join().unwrap();
    }
}
