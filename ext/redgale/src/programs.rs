//! Components that are programs: their executors run on native threads, never take the VM lock, and leave what they have to
//! say where the main thread finds it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use magnus::{Error, RArray, Ruby};
use redgale_engine::batch::Row;
use redgale_engine::engine::Shared;
use redgale_engine::mailbox::Waiter;
use redgale_multilang::host::Host;
use redgale_multilang::journal::{Journal, Origin};
use redgale_multilang::protocol::Level;
use redgale_topology::model::Model;

use crate::bell::{Bell, Event};
use crate::convert;
use crate::gvl::detach;
use crate::pulse::block_signals;

/// Errors that wait to be taken with their words; more are only counted.
const MOST: usize = 1_000;

/// The programs of a run.
pub struct Programs {
    /// None: no component is a program.
    host: Option<Arc<Host>>,
    executors: Vec<usize>,
    news: Arc<News>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Executors whose programs were not all heard of.
    awaited: Arc<AtomicUsize>,
}

impl Programs {
    /// Those of `model`.
    ///
    /// # Errors
    /// When no folder can be made for their pids.
    pub fn new(model: &Model, shared: &Arc<Shared>) -> std::io::Result<Self> {
        let executors = Host::executors(model, shared);
        let news = Arc::new(News::default());
        let host = if executors.is_empty() {
            None
        } else {
            let journal: Arc<dyn Journal> = Arc::clone(&news) as _;
            Some(Arc::new(Host::new(model.clone(), Arc::clone(shared), journal)?))
        };
        Ok(Programs {
            host,
            awaited: Arc::new(AtomicUsize::new(executors.len())),
            executors,
            news,
            threads: Mutex::default(),
        })
    }

    /// Starts their executors. `bell` is rung when one is ready.
    pub fn start(&self, bell: &Arc<Bell>) {
        let Some(host) = &self.host else { return };
        let mut threads = lock(&self.threads);
        for executor in self.executors.iter().copied() {
            let (host, bell, awaited) = (Arc::clone(host), Arc::clone(bell), Arc::clone(&self.awaited));
            let body = move || {
                block_signals();
                let ready = || {
                    awaited.fetch_sub(1, Ordering::SeqCst);
                    bell.ring(Event::MaybeDone);
                };
                if catch_unwind(AssertUnwindSafe(|| host.run(executor, ready))).is_err() {
                    // the panic was printed; without this executor nothing would ever be done
                    bell.ring(Event::Exit(70));
                }
            };
            let thread = thread::Builder::new()
                .name(format!("redgale-shell-{executor}"))
                .spawn(body);
            threads.push(thread.expect("a thread can be started"));
        }
    }

    /// Whether every program has answered once, or failed once.
    pub fn are_ready(&self) -> bool {
        self.awaited.load(Ordering::SeqCst) == 0
    }

    /// Waits, without the VM lock, until all have ended: a bounded time after the run has begun to stop.
    ///
    /// # Errors
    /// What interrupted the thread; they have ended then, too.
    pub fn join(&self, ruby: &Ruby) -> Result<(), Error> {
        let threads = std::mem::take(&mut *lock(&self.threads));
        if threads.is_empty() {
            return Ok(());
        }
        let waiter = Waiter::current();
        detach(ruby, &waiter, move || {
            for thread in threads {
                let _ = thread.join();
            }
        })
    }

    /// News since the last call: `[[[component, words or nil, number of errors], ...], [[component, counter, by], ...]]`.
    ///
    /// # Errors
    /// What Ruby raises.
    pub fn take_news(&self, ruby: &Ruby) -> Result<RArray, Error> {
        let Noted {
            errors,
            uncounted,
            counters,
        } = std::mem::take(&mut *lock(&self.news.0));
        let list = ruby.ary_new();
        for (component, words) in errors {
            list.push((component, words, 1))?;
        }
        for (component, number) in uncounted {
            list.push((component, None::<String>, number))?;
        }
        let counts = ruby.ary_new();
        for ((component, counter), by) in counters {
            counts.push((component, counter, by))?;
        }
        let both = ruby.ary_new();
        both.push(list)?;
        both.push(counts)?;
        Ok(both)
    }

    /// Adds tuples that spouts left pending at the end of the run, in the form of `Run#pending`, up to `most` in all.
    ///
    /// # Errors
    /// What Ruby raises.
    pub fn pending(&self, ruby: &Ruby, list: RArray, most: usize) -> Result<(), Error> {
        let Some(host) = &self.host else { return Ok(()) };
        for left in &*lock(&host.left) {
            if list.len() >= most {
                break;
            }
            let row: Row = [left.id.clone()].into();
            let id = convert::rows(ruby, &[row])?
                .entry::<RArray>(0)?
                .entry::<magnus::Value>(0)?;
            list.push((left.component.as_str(), left.task, ruby.to_symbol("id"), id))?;
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What programs said and nobody has taken. Their log lines go to the log at once.
#[derive(Default)]
struct News(Mutex<Noted>);

#[derive(Default)]
struct Noted {
    errors: Vec<(String, String)>,
    /// Errors beyond [`MOST`], by component.
    uncounted: BTreeMap<String, u64>,
    counters: BTreeMap<(String, String), u64>,
}

/// Bytes of a text of a program that are shown.
const SHOWN: usize = 16 << 10;
/// Counters of one component that programs may add to.
const COUNTERS: usize = 1_000;

/// The beginning of a text, with a word on what is left out.
fn cut(text: &str) -> std::borrow::Cow<'_, str> {
    if text.len() <= SHOWN {
        return text.into();
    }
    let end = text.floor_char_boundary(SHOWN);
    format!("{}... ({} more bytes)", &text[..end], text.len() - end).into()
}

impl Journal for News {
    fn log(&self, from: Origin<'_>, level: Level, line: &str) {
        let (component, line) = (from.component, cut(line));
        match level {
            Level::Trace => tracing::trace!(target: "redgale", "{component}: {from}: {line}"),
            Level::Debug => tracing::debug!(target: "redgale", "{component}: {from}: {line}"),
            Level::Info => tracing::info!(target: "redgale", "{component}: {from}: {line}"),
            Level::Warn => tracing::warn!(target: "redgale", "{component}: {from}: {line}"),
            Level::Error => tracing::error!(target: "redgale", "{component}: {from}: {line}"),
        }
    }

    fn error(&self, from: Origin<'_>, what: &str) {
        let mut noted = lock(&self.0);
        let component = from.component.to_owned();
        if noted.errors.len() < MOST {
            noted.errors.push((component, format!("{from}: {}", cut(what))));
        } else {
            *noted.uncounted.entry(component).or_default() += 1;
        }
    }

    fn count(&self, from: Origin<'_>, counter: &str, by: u64) {
        let mut noted = lock(&self.0);
        if counter.len() > SHOWN || noted.counters.len() >= COUNTERS {
            drop(noted);
            return self.error(
                from,
                &format!("metric `{}` is not counted: too many or too long names", cut(counter)),
            );
        }
        let key = (from.component.to_owned(), counter.to_owned());
        let number = noted.counters.entry(key).or_default();
        *number = number.saturating_add(by);
    }
}
