//! `Redgale::Native::Task`: emit, ack and fail of one component instance, from any Ruby thread.

use std::sync::Arc;
use std::time::Duration;

use magnus::rb_sys::{AsRawValue, FromRawValue};
use magnus::value::ReprValue;
use magnus::{Class as _, Error, Module, RArray, Ruby, TypedData, Value, method};
use redgale_engine::mailbox::Waiter;

use crate::bolt::{self, Bolt};
use crate::emit::{Reading, Refusal, Row, prepare};
use crate::errors::Class;
use crate::executor::{Executor, Kind, OutStream};
use crate::gvl::detach;
use crate::meta::StreamMeta;
use crate::protect::protected;
use crate::spout::{self, Spout};
use crate::tuple::{self, Entry};

/// How often a hand emit of a spout looks whether it may go on.
const GATE: Duration = Duration::from_millis(1);

/// One task, as its component instance sees it.
#[derive(TypedData)]
#[magnus(class = "Redgale::Native::Task", free_immediately)]
pub struct Task {
    executor: Arc<Executor>,
    position: u32,
}

impl magnus::DataTypeFunctions for Task {}

/// What user code does with a tuple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Ack,
    Fail,
    Anchor,
}

impl Verb {
    fn name(self) -> &'static str {
        match self {
            Verb::Ack => "ack",
            Verb::Fail => "fail",
            Verb::Anchor => "anchor to",
        }
    }
}

/// What a hand emit is anchored to.
enum Anchoring {
    None,
    One(*mut Entry),
    Several(Vec<*mut Entry>),
}

impl Task {
    /// The task at `position` of an executor.
    pub fn new(executor: Arc<Executor>, position: u32) -> Self {
        Task { executor, position }
    }

    #[allow(clippy::mut_from_ref)] // interior mutability under the VM lock, as for all of an executor's state
    fn streams(&self) -> &mut Vec<OutStream> {
        // SAFETY: VM lock; callers make no call into Ruby while they hold it.
        match unsafe { &mut *self.executor.kind() } {
            Kind::Bolt(bolt) => &mut bolt.streams,
            Kind::Spout(spout) => &mut spout.streams,
        }
    }

    fn metas(&self) -> Vec<&StreamMeta> {
        let run = &self.executor.run;
        let component = run.shared.plan.executors[self.executor.index].component;
        run.shared.plan.components[component]
            .streams
            .clone()
            .map(|stream| &run.metas[stream])
            .collect()
    }

    fn refuse(&self, ruby: &Ruby, refusal: Refusal) -> Error {
        refusal.error(ruby, Reading::ByHand, self.streams(), &self.metas())
    }

    fn stream(&self, ruby: &Ruby, name: Value) -> Result<usize, Error> {
        let raw = name.as_raw();
        let found = self.streams().iter().position(|stream| stream.name == raw);
        let by_text = || {
            let text = name.to_string();
            self.metas().iter().position(|meta| meta.stream == text)
        };
        found.or_else(by_text).ok_or_else(|| {
            let metas = self.metas();
            let names = metas
                .iter()
                .map(|meta| format!("`{}`", meta.stream))
                .collect::<Vec<_>>()
                .join(", ");
            let component = metas.first().map_or("this component", |meta| meta.component.as_str());
            Class::Emit.error(
                ruby,
                format!("`{component}` has no stream `{name}`: it declares {names}"),
            )
        })
    }

    fn destination(&self, ruby: &Ruby, stream: usize, to: Value) -> Result<Option<u32>, Error> {
        let direct = self.streams()[stream].direct;
        match (direct, to.is_nil()) {
            (false, true) => Ok(None),
            (false, false) => Err(self.refuse(ruby, Refusal::NotDirect(stream))),
            (true, true) => Err(self.refuse(ruby, Refusal::NoTask(stream))),
            (true, false) => {
                let task = i64::try_convert_value(to).map_err(|_| {
                    let message = format!("`to:` takes the id of a task, not {} ({})", to.inspect(), to.class());
                    Error::new(ruby.exception_type_error(), message)
                })?;
                // SAFETY: VM lock.
                let streams = match unsafe { &*self.executor.kind() } {
                    Kind::Bolt(bolt) => bolt.core.outbox.streams(),
                    Kind::Spout(spout) => spout.core.outbox.streams(),
                };
                let id = u32::try_from(task).unwrap_or(0);
                if streams[stream].routes.iter().any(|route| route.tasks().contains(&id)) {
                    Ok(Some(id))
                } else {
                    Err(self.refuse(ruby, Refusal::UnknownTask(stream, task)))
                }
            }
        }
    }

    /// `emit(values, stream, id, to, anchor)`: `id` and `anchor` are Redgale::CURRENT when not given.
    fn emit(
        ruby: &Ruby,
        this: &Task,
        values: Value,
        stream: Value,
        id: Value,
        to: Value,
        anchor: Value,
    ) -> Result<(), Error> {
        let executor = &this.executor;
        executor.run.check(ruby, "emit")?;
        let position = this.stream(ruby, stream)?;
        let to = this.destination(ruby, position, to)?;
        let row = match RArray::from_value(values) {
            Some(row) => row,
            None => ruby.ary_new_from_values(&[values]),
        };
        let row = row.as_value().as_raw();
        let out: *mut OutStream = &raw mut this.streams()[position];
        // SAFETY: VM lock; under --strict this calls Ruby methods of core classes, hence the protection.
        let row = protected(|| unsafe { prepare(&mut *out, position, row) })?
            .map_err(|refusal| this.refuse(ruby, refusal))?;
        // SAFETY: VM lock.
        match unsafe { &mut *executor.kind() } {
            Kind::Bolt(bolt) => this.emit_bolt(ruby, bolt, position, to, &row, anchor)?,
            Kind::Spout(spout) => this.emit_spout(ruby, spout, position, to, &row, id)?,
        }
        std::hint::black_box(row);
        this.hand_on(ruby)
    }

    #[allow(clippy::too_many_arguments)] // one private step of emit
    fn emit_bolt(
        &self,
        ruby: &Ruby,
        bolt: *mut Bolt,
        stream: usize,
        to: Option<u32>,
        row: &Row,
        anchor: Value,
    ) -> Result<(), Error> {
        // SAFETY: VM lock; references into the state end before Ruby code runs (the custom groupings).
        unsafe {
            let from = (&(*bolt).tasks)[self.position as usize];
            let anchoring = self.anchoring(ruby, bolt, anchor)?;
            if !(&(*bolt).streams)[stream].customs.is_empty() {
                protected(|| Bolt::choose(bolt, stream, from, row.values))?
                    .map_err(|refusal| self.refuse(ruby, refusal))?;
            }
            match anchoring {
                Anchoring::None => (*bolt).emit(std::ptr::null_mut(), stream, from, to, row),
                Anchoring::One(entry) => (*bolt).emit(entry, stream, from, to, row),
                Anchoring::Several(entries) => (*bolt).emit_joint(&entries, stream, from, to, row),
            }
        }
        Ok(())
    }

    fn anchoring(&self, ruby: &Ruby, bolt: *mut Bolt, anchor: Value) -> Result<Anchoring, Error> {
        if anchor.is_nil() {
            return Ok(Anchoring::None);
        }
        if anchor.as_raw() == crate::current(ruby)? {
            if self.executor.is_own_thread() {
                // SAFETY: VM lock.
                unsafe {
                    let current = (*bolt).current();
                    if !current.is_null() {
                        return Ok(Anchoring::One(current));
                    }
                    if let Some(tuples) = bolt::collected_input(bolt) {
                        return self.entries(ruby, Value::from_raw(tuples)).map(Anchoring::Several);
                    }
                }
                if self.executor.is_loose() {
                    return Ok(Anchoring::None);
                }
            }
            let message = "emit needs `anchor:` here: a tuple, an Array of tuples, or nil for none; the current input is only \
                           known on the handler's own thread while it runs";
            return Err(Class::Anchor.error(ruby, message.to_owned()));
        }
        if RArray::from_value(anchor).is_some() {
            return self.entries(ruby, anchor).map(Anchoring::Several);
        }
        self.own_entry(ruby, anchor, Verb::Anchor).map(Anchoring::One)
    }

    fn entries(&self, ruby: &Ruby, tuples: Value) -> Result<Vec<*mut Entry>, Error> {
        let list = RArray::try_convert_value(tuples)?;
        let mut entries: Vec<*mut Entry> = Vec::with_capacity(list.len());
        for tuple in list {
            let entry = self.own_entry(ruby, tuple, Verb::Anchor)?;
            // the same tuple twice would cancel its edges
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
        Ok(entries)
    }

    fn own_entry(&self, ruby: &Ruby, value: Value, verb: Verb) -> Result<*mut Entry, Error> {
        let Some(entry) = tuple::entry(value.as_raw()) else {
            let class = value.class();
            let value = value.inspect();
            let message = match verb {
                Verb::Ack => format!("ack takes a Redgale::Tuple, not {value} ({class})"),
                Verb::Fail => format!(
                    "fail takes a Redgale::Tuple, not {value} ({class}); to fail the current tuple with an error use raise"
                ),
                Verb::Anchor => {
                    format!("`anchor:` takes a Redgale::Tuple or an Array of them, not {value} ({class})")
                }
            };
            return Err(Error::new(ruby.exception_type_error(), message));
        };
        // SAFETY: the tuple is alive: the caller holds it.
        if unsafe { (*entry).executor } != self.executor.number {
            let verb = verb.name();
            let message = format!("cannot {verb} this tuple: another component (or an earlier run) got it");
            return Err(Class::Anchor.error(ruby, message));
        }
        Ok(entry)
    }

    #[allow(clippy::too_many_arguments)] // one private step of emit
    fn emit_spout(
        &self,
        ruby: &Ruby,
        spout: *mut Spout,
        stream: usize,
        to: Option<u32>,
        row: &Row,
        id: Value,
    ) -> Result<(), Error> {
        let id = if id.is_nil() || id.as_raw() == crate::current(ruby)? {
            None
        } else {
            Some(id.as_raw())
        };
        // SAFETY: VM lock; references into the state end before Ruby code runs.
        unsafe {
            // the own thread must not wait: it is the one that learns of acks. Nothing new is emitted while the topology
            // drains (then the wait ends by ClosedError) or is inactive.
            while !self.executor.is_own_thread() && ((*spout).is_gated(self.position) || self.executor.run.is_held()) {
                let waiter = Waiter::current();
                detach(ruby, &waiter, || std::thread::park_timeout(GATE))?;
                self.executor.run.check(ruby, "emit")?;
            }
            if !(&(*spout).streams)[stream].customs.is_empty() {
                let position = self.position;
                protected(|| spout::choose(spout, stream, position, row.values))?
                    .map_err(|refusal| self.refuse(ruby, refusal))?;
            }
            (*spout).core.refresh();
            (*spout).emit(self.position, stream, to, id, row);
        }
        Ok(())
    }

    /// On the executor's own thread a full batch is handed on now, the rest when the handler returns; from another thread
    /// everything is.
    fn hand_on(&self, ruby: &Ruby) -> Result<(), Error> {
        let executor = &self.executor;
        if executor.is_own_thread() {
            // SAFETY: VM lock.
            let full = match unsafe { &*executor.kind() } {
                Kind::Bolt(bolt) => bolt.core.outbox.is_full(),
                Kind::Spout(spout) => spout.core.outbox.is_full(),
            };
            if full {
                return executor.flush(ruby, &Waiter::current());
            }
            // should the handler go on for long, the pulse has it handed on
            executor.mark_open(true);
            return Ok(());
        }
        executor.flush(ruby, &Waiter::current())?;
        // a spout that sleeps has new tuples to watch over
        executor.run.shared.mailboxes[executor.index].nudge();
        Ok(())
    }

    fn decide(ruby: &Ruby, this: &Task, tuple: Value, verb: Verb) -> Result<(), Error> {
        this.executor.run.check(ruby, verb.name())?;
        // SAFETY: VM lock.
        let Kind::Bolt(bolt) = (unsafe { &mut *this.executor.kind() }) else {
            return Err(Error::new(
                ruby.exception_no_method_error(),
                format!("a spout cannot {} tuples", verb.name()),
            ));
        };
        let entry = this.own_entry(ruby, tuple, verb)?;
        // SAFETY: VM lock; the tuple is alive.
        unsafe {
            if verb == Verb::Ack {
                bolt.ack(entry)
            } else {
                bolt.fail(entry)
            }
        };
        if this.executor.is_own_thread() {
            this.executor.mark_open(true);
        } else {
            this.executor.flush_now();
        }
        Ok(())
    }

    fn ack(ruby: &Ruby, this: &Task, tuple: Value) -> Result<(), Error> {
        Task::decide(ruby, this, tuple, Verb::Ack)
    }

    fn fail(ruby: &Ruby, this: &Task, tuple: Value) -> Result<(), Error> {
        Task::decide(ruby, this, tuple, Verb::Fail)
    }

    /// The handler's return does not ack this input: the component acks or fails it by hand, when it likes.
    fn hold(ruby: &Ruby, this: &Task, tuple: Value) -> Result<(), Error> {
        let entry = this.own_entry(ruby, tuple, Verb::Ack)?;
        // SAFETY: VM lock; the tuple is alive.
        unsafe { (*entry).held = true };
        Ok(())
    }

    /// The run's clock in seconds; of a simulation the simulated one.
    fn seconds(&self) -> f64 {
        self.executor.run.shared.clock.now() as f64 / 1e9
    }

    fn finish(ruby: &Ruby, this: &Task) -> Result<(), Error> {
        this.executor.run.check(ruby, "finish")?;
        // SAFETY: VM lock.
        match unsafe { &mut *this.executor.kind() } {
            Kind::Spout(spout) => spout.finish(this.position),
            Kind::Bolt(_) => {
                return Err(Error::new(ruby.exception_no_method_error(), "only a spout can finish"));
            }
        }
        this.executor.run.shared.mailboxes[this.executor.index].nudge();
        Ok(())
    }

    fn id(&self) -> u32 {
        self.executor.run.shared.plan.executors[self.executor.index].tasks[self.position as usize]
    }
}

/// `T::try_convert` by value, without the trait in scope everywhere.
trait FromValue: Sized {
    fn try_convert_value(value: Value) -> Result<Self, Error>;
}

impl<T: magnus::TryConvert> FromValue for T {
    fn try_convert_value(value: Value) -> Result<Self, Error> {
        T::try_convert(value)
    }
}

/// Defines `Redgale::Native::Task`.
///
/// # Errors
/// What Ruby raises.
pub fn init(ruby: &Ruby) -> Result<(), Error> {
    let class = crate::native(ruby)?.define_class("Task", ruby.class_object())?;
    class.undef_default_alloc_func();
    class.define_method("emit", method!(Task::emit, 5))?;
    class.define_method("ack", method!(Task::ack, 1))?;
    class.define_method("fail", method!(Task::fail, 1))?;
    class.define_method("hold", method!(Task::hold, 1))?;
    class.define_method("seconds", method!(Task::seconds, 0))?;
    class.define_method("finish", method!(Task::finish, 0))?;
    class.define_method("id", method!(Task::id, 0))?;
    crate::look_up::<Task>(ruby);
    Ok(())
}
