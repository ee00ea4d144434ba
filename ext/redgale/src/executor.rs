//! What every Ruby executor has: its place in the run, its streams, its thread.
//!
//! All mutable state of an executor is touched only with the VM lock held. The lock is not held *between* two Ruby calls, so
//! no reference to that state lives across a call into Ruby: user code called from here may come back in through
//! `Task#emit`. Such code takes `*mut` and makes short-lived references.

use std::cell::{Cell, UnsafeCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use magnus::rb_sys::AsRawValue;
use magnus::value::ReprValue;
use magnus::{Error, RArray, RHash, Ruby, Symbol, TryConvert, Value};
use rb_sys::{ID, VALUE};
use redgale_engine::anchor::Anchors;
use redgale_engine::clock::Nanos;
use redgale_engine::engine::Shared;
use redgale_engine::mailbox::{Mailbox, Waiter};
use redgale_engine::outbox::Outbox;
use redgale_engine::phase::Phase;

use crate::affinity::Affinity;
use crate::bell::Bell;
use crate::bolt::Bolt;
use crate::emit::Refusal;
use crate::errors::Class;
use crate::gvl::detach;
use crate::kept::What;
use crate::meta::{StreamMeta, id};
use crate::pulse::Pulse;
use crate::roots::{Roots, RubyRows};
use crate::spout::Spout;
use crate::strict::Strictness;
use crate::value::NIL;

/// Tokens of the Arrays in which a simulated run notes what happens.
#[derive(Clone, Copy, Debug)]
pub struct Trace {
    /// Emitted tuples.
    pub emitted: u32,
    /// What became of tuples of spouts.
    pub outcomes: u32,
}

impl Trace {
    /// Nothing noted yet. Needs the VM lock.
    pub fn new(roots: &Roots) -> Self {
        // the Arrays are made with the first entry: nothing marks the roots before there is a Run
        let list = || roots.hold(NIL);
        Trace {
            emitted: list(),
            outcomes: list(),
        }
    }

    /// Appends an entry to one of the Arrays. May start a GC: the caller keeps the values.
    fn note(roots: &Roots, token: u32, entry: &[VALUE]) {
        // SAFETY: VM lock; the Array is rooted, the entry hangs on it at once.
        unsafe {
            if roots.get(token) == NIL {
                roots.replace(token, rb_sys::rb_ary_new());
            }
            let entry = rb_sys::rb_ary_new_from_values(entry.len() as _, entry.as_ptr());
            rb_sys::rb_ary_push(roots.get(token), entry);
        }
    }
}

/// What the executors of a run share on the Ruby side.
#[derive(Debug)]
pub struct RunShared {
    /// The engine's part.
    pub shared: Arc<Shared>,
    /// Batches on their way.
    pub roots: Arc<Roots>,
    /// One per plan-wide stream.
    pub metas: Arc<Vec<StreamMeta>>,
    /// The beat.
    pub pulse: Arc<Pulse>,
    /// The core that executors share.
    pub affinity: Arc<Affinity>,
    /// The main thread's bell.
    pub bell: Arc<Bell>,
    /// `--strict`: deep-freeze and round-trip every emitted value.
    pub strict: bool,
    /// [`crate::fork::generation`] of the process the run belongs to.
    pub generation: u32,
    /// Set when the run has ended: its values are no longer rooted.
    pub closed: AtomicBool,
    /// What happened to tuples, for the testing kit.
    pub trace: Option<Trace>,
    /// Why roots failed last, for `on_give_up`; only kept when some spout limits its retries.
    pub reasons: Option<crate::reasons::Reasons>,
}

impl RunShared {
    /// After a call into Ruby in the midst of an emit: refuses it in a child that was forked there.
    ///
    /// # Errors
    /// [`Refusal::Forked`].
    pub fn refuse_child(&self) -> Result<(), Refusal> {
        if crate::fork::generation() == self.generation {
            Ok(())
        } else {
            Err(Refusal::Forked)
        }
    }

    /// Whether spouts emit nothing new at present.
    pub fn is_held(&self) -> bool {
        matches!(self.shared.phase.get(), Phase::Inactive | Phase::Draining)
    }

    /// Whether user code may emit or ack here and now.
    ///
    /// # Errors
    /// ForkError in a forked child, ClosedError once the topology has stopped (in on_close too: nobody would read it).
    pub fn check(&self, ruby: &Ruby, verb: &str) -> Result<(), Error> {
        if crate::fork::generation() != self.generation {
            let message = format!("cannot {verb} in a forked child: the topology runs in the parent process");
            return Err(Class::Fork.error(ruby, message));
        }
        if self.closed.load(Ordering::Acquire) || self.shared.phase.get() == Phase::Stopping {
            return Err(Class::Closed.error(ruby, format!("cannot {verb}: the topology has ended")));
        }
        Ok(())
    }
}

/// The part that differs.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // one for each executor, made once and never moved
pub enum Kind {
    /// Handles tuples.
    Bolt(Bolt),
    /// Makes tuples.
    Spout(Spout),
}

/// One Ruby executor.
#[derive(Debug)]
pub struct Executor {
    /// The run.
    pub run: Arc<RunShared>,
    /// Index in the plan.
    pub index: usize,
    /// Unique in the process: tells its tuples from those of other runs.
    pub number: u32,
    /// Beat at which something entered the empty outbox; 0 when it is empty. Read by the pulse.
    pub open_since: Arc<AtomicU32>,
    kind: UnsafeCell<Kind>,
    thread: Cell<VALUE>,
    /// Whether emits of the own thread without an input are plain unanchored ones (on_tick).
    loose: Cell<bool>,
}

// SAFETY: `kind` and `thread` are only touched with the VM lock held (contract of this module); the rest is Sync.
unsafe impl Send for Executor {}
unsafe impl Sync for Executor {}

static NUMBERS: AtomicU32 = AtomicU32::new(1);

impl Executor {
    /// Executor `index` of the run.
    pub fn new(run: Arc<RunShared>, index: usize, mut kind: Kind) -> Self {
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let open_since = match &mut kind {
            Kind::Bolt(bolt) => {
                bolt.set_number(number);
                bolt.open_since()
            }
            Kind::Spout(spout) => spout.open_since(),
        };
        Executor {
            run,
            index,
            number,
            open_since,
            kind: UnsafeCell::new(kind),
            thread: Cell::new(0),
            loose: Cell::new(false),
        }
    }

    /// Its state. Needs the VM lock; no reference made from it may live across a call into Ruby.
    #[inline]
    pub fn kind(&self) -> *mut Kind {
        self.kind.get()
    }

    /// Whether the calling Ruby thread is the one that runs this executor.
    #[inline]
    pub fn is_own_thread(&self) -> bool {
        // SAFETY: VM lock.
        unsafe { rb_sys::rb_thread_current() == self.thread.get() }
    }

    /// Whether user code without an input tuple runs on the own thread.
    pub fn is_loose(&self) -> bool {
        self.loose.get()
    }

    /// Sets [`Executor::is_loose`].
    pub fn set_loose(&self, loose: bool) {
        self.loose.set(loose);
    }

    /// Binds the executor to the calling thread.
    pub fn bind(&self) {
        // SAFETY: VM lock.
        self.thread.set(unsafe { rb_sys::rb_thread_current() });
    }

    /// Notes for the pulse that the outbox holds something (`beat` when it began to) or nothing.
    #[inline]
    pub fn mark_open(&self, open: bool) {
        let since = self.open_since.load(Ordering::Relaxed);
        if open && since == 0 {
            self.open_since.store(self.run.pulse.beat().max(1), Ordering::Relaxed);
            self.run.pulse.rouse();
        } else if !open && since != 0 {
            self.open_since.store(0, Ordering::Relaxed);
        }
    }

    /// Flushes until everything is handed on, waiting for room with the lock released.
    ///
    /// # Errors
    /// What interrupted the wait; what was emitted stays in the outbox.
    pub fn flush(&self, ruby: &Ruby, waiter: &Waiter) -> Result<(), Error> {
        while self.flush_once(ruby, waiter, None)? {}
        Ok(())
    }

    /// Hands on what fits. If something is left it waits for room, with the lock released, at most until `deadline`, and gives
    /// true: the caller flushes again.
    ///
    /// # Errors
    /// As [`Executor::flush`].
    pub fn flush_once(&self, ruby: &Ruby, waiter: &Waiter, deadline: Option<Nanos>) -> Result<bool, Error> {
        // SAFETY: VM lock; no Ruby code runs while the reference lives. The mailbox belongs to `run`, not to the state.
        let blocked: Option<*const Mailbox> = unsafe {
            match &mut *self.kind() {
                Kind::Bolt(bolt) => bolt.core.flush().map(std::ptr::from_ref),
                Kind::Spout(spout) => spout.core.flush().map(std::ptr::from_ref),
            }
        };
        let Some(mailbox) = blocked else {
            self.mark_open(false);
            return Ok(false);
        };
        let shared = &self.run.shared;
        if shared.phase.get() == Phase::Stopping {
            return Ok(false);
        }
        // SAFETY: mailboxes live as long as `run`, which `self` holds.
        let mailbox = unsafe { &*mailbox };
        detach(ruby, waiter, || {
            mailbox.wait_room_until(waiter, &shared.clock, deadline)
        })?;
        Ok(true)
    }

    /// Hands on what fits, without waiting.
    pub fn flush_now(&self) {
        // SAFETY: VM lock; no Ruby code runs while the reference lives.
        let blocked = unsafe {
            match &mut *self.kind() {
                Kind::Bolt(bolt) => bolt.core.flush().is_some(),
                Kind::Spout(spout) => spout.core.flush().is_some(),
            }
        };
        self.mark_open(blocked);
    }
}

/// A custom grouping of a stream.
#[derive(Debug)]
pub struct Custom {
    /// Its place among the grouping objects.
    pub number: usize,
    /// Ids of the tasks it may choose.
    pub tasks: Vec<u32>,
}

/// A stream as the emitting side needs it.
#[derive(Debug)]
pub struct OutStream {
    /// Name, an immortal Symbol.
    pub name: VALUE,
    /// Number of values.
    pub arity: usize,
    /// Whether the emitter must name the task.
    pub direct: bool,
    /// The custom groupings that read it.
    pub customs: Vec<Custom>,
    /// Whether a native executor reads it.
    pub native: bool,
    /// Positions of the fields that groupings hash.
    pub hashed: Vec<usize>,
    /// What is checked of emitted values.
    pub strictness: Strictness,
}

impl RunShared {
    /// Whether somebody wants to know of each tuple that an executor emits ([`RunShared::witness`]).
    pub fn is_watched(&self, executor: usize) -> bool {
        self.trace.is_some() || self.shared.settings_of(executor).debug
    }

    /// A tuple was emitted on a stream (plan-wide number): logs it for `topology.debug`, notes it for the testing kit. May
    /// start a GC: the caller keeps the row.
    #[cold]
    pub fn witness(&self, executor: usize, stream: u32, from: u32, row: VALUE, id: VALUE) {
        let meta = &self.metas[stream as usize];
        if self.shared.settings_of(executor).debug {
            tracing::info!(
                target: "redgale",
                "{}: task {from} emits on `{}`",
                meta.component,
                meta.stream
            );
        }
        if let Some(trace) = self.trace {
            // SAFETY: small Integers are no objects.
            let number = |number: u32| unsafe { rb_sys::rb_uint2inum(number as _) };
            Trace::note(&self.roots, trace.emitted, &[number(stream), number(from), row, id]);
        }
    }

    /// Notes for the testing kit what became of a spout's tuple; `what` it was kept as, and why it failed (nil: not by an
    /// exception). May start a GC: the caller keeps the values.
    #[cold]
    pub fn note_outcome(&self, executor: usize, task: u32, outcome: &str, what: What, value: VALUE, reason: VALUE) {
        let Some(trace) = self.trace else { return };
        let symbol = crate::meta::symbol;
        let what = symbol(if what == What::Id { "id" } else { "values" });
        // SAFETY: small Integers are no objects.
        let number = |number: u32| unsafe { rb_sys::rb_uint2inum(number as _) };
        let entry = [
            number(executor as u32),
            number(task),
            symbol(outcome),
            what,
            value,
            reason,
        ];
        Trace::note(&self.roots, trace.outcomes, &entry);
    }
}

/// The streams of a component, in declared order.
pub fn out_streams(outbox: &Outbox<RubyRows>, run: &RunShared) -> Vec<OutStream> {
    let custom = |route: &redgale_engine::route::Route| {
        let number = route.custom()?;
        let tasks = route.tasks();
        Some(Custom { number, tasks })
    };
    let plan = &run.shared.plan;
    let native = |task: &u32| {
        let mut executors = (0..plan.executors.len()).filter(|executor| plan.is_native(*executor));
        executors.any(|executor| plan.executors[executor].tasks.contains(task))
    };
    let is_native = |route: &redgale_engine::route::Route| route.tasks().iter().any(native);
    let stream = |routes: &redgale_engine::route::StreamRoutes| OutStream {
        name: crate::meta::symbol(&run.metas[routes.stream as usize].stream),
        arity: routes.arity,
        direct: routes.direct,
        customs: routes.routes.iter().filter_map(custom).collect(),
        native: routes.routes.iter().any(is_native),
        hashed: routes.routes.iter().flat_map(|route| route.hashed().to_vec()).collect(),
        strictness: Strictness::new(run.strict),
    };
    outbox.streams().iter().map(stream).collect()
}

/// Reads an entry of the handler description that Ruby passes.
///
/// # Errors
/// KeyError or TypeError.
pub fn option<T: TryConvert>(ruby: &Ruby, options: RHash, key: &str) -> Result<T, Error> {
    options.lookup(ruby.to_symbol(key))
}

/// A method name in the handler description; nil gives None.
///
/// # Errors
/// TypeError.
pub fn method_name(ruby: &Ruby, options: RHash, key: &str) -> Result<Option<ID>, Error> {
    let name: Option<Symbol> = option(ruby, options, key)?;
    Ok(match name {
        Some(name) => Some(id(&name.name()?)),
        None => None,
    })
}

/// The Ruby objects an executor works with: rooted by the run, those of a killed thread give way to the next one's.
#[derive(Clone, Copy, Debug)]
pub struct Objects {
    /// `Redgale::Runtime::Executor`: told of errors.
    pub reporter: VALUE,
    /// One component instance for each task, in task order; a frozen Array.
    pub instances: VALUE,
    /// Custom grouping objects by number (nil where another component's).
    pub customs: VALUE,
    tokens: [u32; 3],
}

impl Objects {
    /// Nothing yet.
    pub fn none(run: &RunShared) -> Self {
        use crate::value::NIL;
        Objects {
            reporter: NIL,
            instances: NIL,
            customs: NIL,
            tokens: [NIL; 3].map(|nil| run.roots.hold(nil)),
        }
    }

    /// Roots other objects instead.
    pub fn replace(&mut self, run: &RunShared, reporter: Value, instances: RArray, customs: RArray) {
        self.reporter = reporter.as_raw();
        self.instances = instances.as_value().as_raw();
        self.customs = customs.as_value().as_raw();
        for (token, value) in self.tokens.iter().zip([self.reporter, self.instances, self.customs]) {
            run.roots.replace(*token, value);
        }
    }
}

/// Copies edges out of a borrowed form, for callers that go on to change the executor.
pub fn to_vec(anchors: Anchors<'_>) -> Vec<redgale_engine::anchor::Anchor> {
    let mut list = Vec::new();
    anchors.for_each(|anchor| list.push(anchor));
    list
}
