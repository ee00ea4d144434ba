//! The bounded queue in front of every executor, and how its thread sleeps.
//!
//! Many producers, one consumer. A lock is held for a push or a swap of a whole queue, never while anything is called. The
//! consumer sleeps by `std::thread::park`, whose wake-up is an atomic and a futex call: it may come from a signal handler
//! ([`Waiter::interrupt`]). A consumer that waits for other things too (pipes of a child process) has a [`Waker`] instead.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::thread::{self, Thread};
use std::time::Duration;

use crate::batch::Batch;
use crate::clock::{Clock, Nanos};
use crate::ledger::Completion;

/// What wakes one sleeping thread early. Made on the thread that will sleep.
#[derive(Debug)]
pub struct Waiter {
    interrupted: AtomicBool,
    thread: Thread,
}

impl Waiter {
    /// For the calling thread.
    pub fn current() -> Self {
        Waiter {
            interrupted: AtomicBool::new(false),
            thread: thread::current(),
        }
    }

    /// Ends the present wait, or the next one if none is under way. Async-signal-safe: it stores an atomic and unparks (an
    /// atomic and a futex call), it does not allocate or lock.
    pub fn interrupt(&self) {
        self.interrupted.store(true, Ordering::Release);
        self.thread.unpark();
    }

    /// The thread it wakes.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }

    /// Forgets an interrupt that was seen.
    pub fn clear(&self) {
        self.interrupted.store(false, Ordering::Release);
    }

    /// Whether an interrupt has not been seen yet.
    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Acquire)
    }
}

/// Who waits here, and how it is woken.
#[derive(Debug)]
enum Sleeper {
    Thread(Thread),
    Waker(Waker),
}

impl Sleeper {
    fn wake(&self) {
        match self {
            Sleeper::Thread(thread) => thread.unpark(),
            Sleeper::Waker(waker) => waker.wake_by_ref(),
        }
    }

    fn is_thread(&self, thread: &Thread) -> bool {
        matches!(self, Sleeper::Thread(own) if own.id() == thread.id())
    }

    fn is_waker(&self, waker: &Waker) -> bool {
        matches!(self, Sleeper::Waker(own) if own.will_wake(waker))
    }
}

/// Work for an executor, taken all at once.
#[derive(Debug, Default)]
pub struct Mail {
    /// Tuples, oldest first.
    pub batches: VecDeque<Batch>,
    /// Decided trees (spouts only).
    pub completions: Vec<Completion>,
}

impl Mail {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty() && self.completions.is_empty()
    }
}

#[derive(Debug, Default)]
struct State {
    mail: Mail,
    tuples: usize,
    bytes: usize,
    nudged: bool,
    closed: bool,
    consumer: Option<Sleeper>,
    /// Decided trees for which the consumer wants to be woken.
    least: usize,
    producers: Vec<Sleeper>,
}

/// A queue bounded by tuples and by bytes. A batch larger than the bound enters an empty queue.
#[derive(Debug)]
pub struct Mailbox {
    state: Mutex<State>,
    max_tuples: usize,
    max_bytes: usize,
}

impl Mailbox {
    /// An empty queue with its bounds.
    pub fn new(max_tuples: usize, max_bytes: usize) -> Self {
        Mailbox {
            state: Mutex::default(),
            max_tuples,
            max_bytes,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends a batch, or gives it back when the queue is full.
    pub fn offer(&self, batch: Batch) -> Result<(), Batch> {
        let mut state = self.lock();
        let fits = state.tuples == 0
            || (state.tuples + batch.len() <= self.max_tuples && state.bytes + batch.bytes <= self.max_bytes);
        if !fits {
            return Err(batch);
        }
        state.tuples += batch.len();
        state.bytes += batch.bytes;
        state.mail.batches.push_back(batch);
        wake(state);
        Ok(())
    }

    /// Delivers decided trees. Not bounded here: a spout has at most `max_spout_pending` trees per task.
    pub fn decide(&self, completions: Vec<Completion>) {
        let mut state = self.lock();
        state.mail.completions.extend(completions);
        if state.mail.completions.len() >= state.least {
            wake(state);
        }
    }

    /// Wakes the consumer though there is no mail, so that it looks at the engine's phase.
    pub fn nudge(&self) {
        let mut state = self.lock();
        state.nudged = true;
        wake(state);
    }

    /// Lets everyone who waits here go, now and from now on: the run stops. The queue still takes and gives mail.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let producers = std::mem::take(&mut state.producers);
        wake(state);
        producers.iter().for_each(Sleeper::wake);
    }

    /// Takes everything into `mail` (which must be empty) and lets waiting producers in.
    pub fn take(&self, mail: &mut Mail) {
        let mut state = self.lock();
        std::mem::swap(&mut state.mail, mail);
        state.tuples = 0;
        state.bytes = 0;
        state.nudged = false;
        let producers = std::mem::take(&mut state.producers);
        drop(state);
        producers.iter().for_each(Sleeper::wake);
    }

    /// Whether a wait would end at once.
    pub fn has_news(&self) -> bool {
        let state = self.lock();
        !state.mail.is_empty() || state.nudged || state.closed
    }

    /// Tuples waiting.
    pub fn depth(&self) -> usize {
        self.lock().tuples
    }

    /// Sleeps until there is mail, a nudge, an interrupt, the close, or `deadline` (of `clock`; None: none).
    pub fn wait(&self, waiter: &Waiter, clock: &Clock, deadline: Option<Nanos>) {
        loop {
            let mut state = self.lock();
            if !state.mail.is_empty() || state.nudged || state.closed || waiter.is_interrupted() {
                state.consumer = None;
                return;
            }
            state.consumer = Some(Sleeper::Thread(waiter.thread.clone()));
            drop(state);
            if !park(clock, deadline) {
                self.lock().consumer = None;
                return;
            }
        }
    }

    /// As [`Mailbox::wait`], but is not woken for a few decided trees: until there are `least` of them, or for `patience`. For
    /// a spout that may not emit before trees are decided: to wake it for each costs more than what it emits then.
    pub fn wait_for_trees(
        &self,
        waiter: &Waiter,
        clock: &Clock,
        deadline: Option<Nanos>,
        least: usize,
        patience: Nanos,
    ) {
        let until = clock.now() + patience;
        let until = deadline.map_or(until, |deadline| deadline.min(until));
        loop {
            let mut state = self.lock();
            state.least = 0;
            if state.mail.completions.len() >= least
                || !state.mail.batches.is_empty()
                || state.nudged
                || state.closed
                || waiter.is_interrupted()
            {
                state.consumer = None;
                return;
            }
            state.least = least;
            state.consumer = Some(Sleeper::Thread(waiter.thread.clone()));
            drop(state);
            if !park(clock, Some(until)) {
                self.lock().least = 0;
                return self.wait(waiter, clock, deadline);
            }
        }
    }

    /// Sleeps after a refused [`Mailbox::offer`] until the consumer takes, an interrupt, or the close. It may return early;
    /// the caller offers again and, if need be, waits again.
    ///
    /// A queue is emptied as a whole, so there is no room to wait for but the next take: to return because the queue is not
    /// full by some measure would let a producer whose batch does not fit spin.
    pub fn wait_room(&self, waiter: &Waiter) {
        if self.queue_up(waiter) {
            thread::park();
        }
    }

    /// As [`Mailbox::wait_room`], at most until `deadline` (of `clock`; None: none).
    pub fn wait_room_until(&self, waiter: &Waiter, clock: &Clock, deadline: Option<Nanos>) {
        if self.queue_up(waiter) {
            park(clock, deadline);
        }
    }

    /// Notes that a producer waits; false if it need not.
    fn queue_up(&self, waiter: &Waiter) -> bool {
        let mut state = self.lock();
        if state.tuples == 0 || state.closed || waiter.is_interrupted() {
            return false;
        }
        if !state.producers.iter().any(|known| known.is_thread(&waiter.thread)) {
            state.producers.push(Sleeper::Thread(waiter.thread.clone()));
        }
        true
    }

    /// [`Mailbox::wait`] for a consumer that sleeps elsewhere: whether there is something to look at now; if not, `waker` is
    /// called once, as soon as there is.
    pub fn watch(&self, waker: &Waker) -> bool {
        let mut state = self.lock();
        if !state.mail.is_empty() || state.nudged || state.closed {
            state.consumer = None;
            return true;
        }
        if !state.consumer.as_ref().is_some_and(|known| known.is_waker(waker)) {
            state.consumer = Some(Sleeper::Waker(waker.clone()));
        }
        false
    }

    /// [`Mailbox::wait_room`] for a producer that sleeps elsewhere: whether it may offer again now; if not, `waker` is called
    /// once, when the consumer takes or the run stops.
    pub fn watch_room(&self, waker: &Waker) -> bool {
        let mut state = self.lock();
        if state.tuples == 0 || state.closed {
            return true;
        }
        if !state.producers.iter().any(|known| known.is_waker(waker)) {
            state.producers.push(Sleeper::Waker(waker.clone()));
        }
        false
    }
}

/// Sleeps once; false when the deadline has passed.
fn park(clock: &Clock, deadline: Option<Nanos>) -> bool {
    match deadline {
        None => {
            thread::park();
            true
        }
        Some(deadline) => match deadline.checked_sub(clock.now()) {
            None | Some(0) => false,
            Some(left) => {
                thread::park_timeout(Duration::from_nanos(left));
                true
            }
        },
    }
}

fn wake(mut state: MutexGuard<'_, State>) {
    let consumer = state.consumer.take();
    drop(state);
    if let Some(sleeper) = consumer {
        sleeper.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::anchor::{Anchor, Root};
    use crate::batch::{NativeRows, OpenBatch, Row};

    fn batch(tuples: usize, bytes: usize) -> Batch {
        let mut open = OpenBatch::new(NativeRows::default());
        for _ in 0..tuples {
            open.push(
                Row::from([]),
                bytes,
                Anchor {
                    root: Root::UNTRACKED,
                    edge: 0,
                },
                0,
                1,
                0,
            );
        }
        open.seal()
    }

    #[test]
    fn a_full_queue_gives_the_batch_back_and_an_empty_one_takes_any() {
        let mailbox = Mailbox::new(10, 1_000);
        assert!(
            mailbox.offer(batch(50, 100)).is_ok(),
            "larger than the bound, but the queue is empty"
        );
        assert_eq!(mailbox.offer(batch(1, 1)).unwrap_err().len(), 1);
        mailbox.take(&mut Mail::default());
        assert!(mailbox.offer(batch(2, 400)).is_ok());
        assert!(mailbox.offer(batch(1, 300)).is_err(), "bytes bound");
        assert!(mailbox.offer(batch(8, 10)).is_ok());
        assert!(mailbox.offer(batch(1, 1)).is_err(), "tuples bound");
        assert_eq!(mailbox.depth(), 10);
    }

    #[test]
    fn a_waiting_producer_goes_on_when_the_consumer_takes() {
        let mailbox = Arc::new(Mailbox::new(1, 1));
        assert!(mailbox.offer(batch(1, 1)).is_ok());
        let producer = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || {
                let waiter = Waiter::current();
                let mut rest = Some(batch(1, 1));
                while let Some(batch) = rest.take() {
                    mailbox.wait_room(&waiter);
                    rest = mailbox.offer(batch).err();
                }
            })
        };
        thread::sleep(Duration::from_millis(5));
        mailbox.take(&mut Mail::default());
        producer.join().unwrap();
        assert_eq!(mailbox.depth(), 1);
    }

    struct Bell(AtomicBool);

    impl std::task::Wake for Bell {
        fn wake(self: Arc<Self>) {
            assert!(!self.0.swap(true, Ordering::SeqCst), "rung once");
        }
    }

    #[test]
    fn a_watcher_is_woken_once_by_mail_and_by_room() {
        let mailbox = Mailbox::new(1, 1);
        let bell = Arc::new(Bell(AtomicBool::new(false)));
        let waker = Waker::from(Arc::clone(&bell));
        let rung = || bell.0.swap(false, Ordering::SeqCst);
        assert!(!mailbox.watch(&waker) && !mailbox.watch(&waker));
        mailbox.offer(batch(1, 1)).unwrap();
        assert!(rung() && mailbox.watch(&waker), "mail is seen without a bell");
        assert!(!mailbox.watch_room(&waker) && !mailbox.watch_room(&waker));
        mailbox.take(&mut Mail::default());
        assert!(rung() && mailbox.watch_room(&waker));
        assert!(!mailbox.watch(&waker));
        mailbox.close();
        assert!(rung() && mailbox.watch(&waker) && mailbox.watch_room(&waker));
    }

    #[test]
    fn a_wait_ends_by_mail_nudge_interrupt_or_deadline() {
        let mailbox = Arc::new(Mailbox::new(1, 1));
        let clock = Clock::real();
        let waiter = Waiter::current();
        mailbox.wait(&waiter, &clock, Some(clock.now() + 1_000_000));
        let other = {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || mailbox.offer(batch(1, 1)))
        };
        mailbox.wait(&waiter, &clock, None);
        other.join().unwrap().unwrap();
        mailbox.take(&mut Mail::default());
        mailbox.nudge();
        mailbox.wait(&waiter, &clock, None);
        mailbox.take(&mut Mail::default());
        waiter.interrupt();
        mailbox.wait(&waiter, &clock, None);
    }
}
