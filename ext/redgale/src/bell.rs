//! What the run's main thread sleeps on: news from executors, the pulse and signal handlers.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use redgale_engine::clock::{Clock, Nanos};
use redgale_engine::mailbox::Waiter;

/// News for the main thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The Ruby thread of this executor ended though the run goes on (Thread#kill): it needs a new one.
    ThreadEnded(usize),
    /// User code ended the worker with this exit status.
    Exit(i32),
    /// A spout executor has finished, or its last pending tuple is done.
    MaybeDone,
    /// An executor is blocked in user code with tuples in its outbox.
    Flush(usize),
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<Event>,
    sleeper: Option<std::thread::Thread>,
}

/// A queue with one sleeper.
#[derive(Debug, Default)]
pub struct Bell(Mutex<State>);

impl Bell {
    /// Adds news (once: equal news that still waits is not repeated) and wakes the sleeper.
    pub fn ring(&self, event: Event) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.events.contains(&event) {
            state.events.push_back(event);
        }
        let sleeper = state.sleeper.take();
        drop(state);
        if let Some(thread) = sleeper {
            thread.unpark();
        }
    }

    /// The oldest news.
    pub fn take(&self) -> Option<Event> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).events.pop_front()
    }

    /// Sleeps until there is news, the deadline, or an interrupt of `waiter`.
    pub fn wait(&self, waiter: &Waiter, clock: &Clock, deadline: Nanos) {
        loop {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if !state.events.is_empty() || waiter.is_interrupted() {
                state.sleeper = None;
                return;
            }
            state.sleeper = Some(waiter.thread().clone());
            drop(state);
            match deadline.checked_sub(clock.now()) {
                None | Some(0) => return,
                Some(left) => std::thread::park_timeout(std::time::Duration::from_nanos(left)),
            }
        }
    }
}
