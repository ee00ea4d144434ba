//! `Redgale::Native::Run`: a topology being run in this process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use magnus::rb_sys::FromRawValue;
use magnus::{
    Class, Error, Module, Object, RArray, RHash, Ruby, Symbol, TryConvert, TypedData, Value, function, method,
};
use redgale_engine::clock::{Clock, nanos};
use redgale_engine::engine::Shared;
use redgale_engine::mailbox::Waiter;
use redgale_engine::phase::Phase;
use redgale_topology::model::Model;

use crate::bell::{Bell, Event};
use crate::bolt::Bolt;
use crate::drive;
use crate::executor::{Executor, Kind, RunShared, Trace, option};
use crate::gvl::detach;
use crate::kept::What;
use crate::meta::metas;
use crate::programs::Programs;
use crate::pulse::Pulse;
use crate::reasons::Reasons;
use crate::roots::Roots;
use crate::spout::Spout;
use crate::task::Task;
use crate::value::NIL;

/// A run and its executors.
#[derive(TypedData)]
#[magnus(class = "Redgale::Native::Run", free_immediately, mark)]
pub struct Run {
    run: Arc<RunShared>,
    /// Ruby executors, in plan order.
    executors: std::cell::RefCell<Vec<Arc<Executor>>>,
    programs: Programs,
    /// Streams (plan-wide numbers) of which a warning was given.
    warned: std::cell::RefCell<std::collections::HashSet<usize>>,
}

impl magnus::DataTypeFunctions for Run {
    fn mark(&self, _: &magnus::gc::Marker) {
        self.run.roots.mark();
        // not yet borrowed for good when the GC starts inside of add_executor: that one has kept nothing yet
        let Ok(executors) = self.executors.try_borrow() else {
            return;
        };
        for executor in &*executors {
            // SAFETY: the GC runs with the VM lock.
            match unsafe { &*executor.kind() } {
                Kind::Bolt(bolt) => bolt.mark(),
                Kind::Spout(spout) => spout.mark(),
            }
        }
    }
}

impl Run {
    fn new(ruby: &Ruby, model: String, options: RHash) -> Result<Run, Error> {
        crate::fork::watch();
        let argument = |message: String| Error::new(ruby.exception_arg_error(), message);
        let mut model = Model::from_json(&model).map_err(argument)?;
        if option(ruby, options, "debug")? {
            // --debug: a breakpoint must not make tuples time out
            model
                .config
                .insert("topology.enable.message.timeouts".into(), false.into());
        }
        let simulated: bool = option::<Option<bool>>(ruby, options, "simulated")?.unwrap_or(false);
        let clock = if simulated {
            unbound(&mut model);
            Clock::manual()
        } else {
            Clock::real()
        };
        let shared = Arc::new(Shared::new(&model, clock));
        let programs = Programs::new(&model, &shared)
            .map_err(|error| Error::new(ruby.exception_runtime_error(), format!("no folder for pids: {error}")))?;
        let roots = Arc::new(Roots::default());
        let trace = simulated.then(|| Trace::new(&roots));
        let reasons: bool = option(ruby, options, "reasons")?;
        let run = RunShared {
            metas: Arc::new(metas(&shared)),
            shared,
            pulse: Arc::new(Pulse::default()),
            affinity: Arc::default(),
            bell: Arc::new(Bell::default()),
            strict: option(ruby, options, "strict")?,
            generation: crate::fork::generation(),
            closed: AtomicBool::new(false),
            trace,
            reasons: reasons.then(|| Reasons::new(Arc::clone(&roots))),
            roots,
        };
        Ok(Run {
            run: Arc::new(run),
            executors: std::cell::RefCell::default(),
            programs,
            warned: std::cell::RefCell::default(),
        })
    }

    /// What its executors share.
    pub fn shared(&self) -> Arc<RunShared> {
        Arc::clone(&self.run)
    }

    /// `[[component id, [task ids]], ...]` by executor index, programs included.
    fn plan(ruby: &Ruby, this: &Run) -> Result<RArray, Error> {
        let plan = &this.run.shared.plan;
        let list = ruby.ary_new();
        for executor in &plan.executors {
            let tasks = ruby.ary_from_iter(executor.tasks.iter().copied());
            list.push((plan.components[executor.component].id.as_str(), tasks))?;
        }
        Ok(list)
    }

    /// Task ids of a component, for `context.tasks`.
    fn tasks(ruby: &Ruby, this: &Run, component: String) -> Option<RArray> {
        let found = this
            .run
            .shared
            .plan
            .components
            .iter()
            .find(|planned| planned.id == component)?;
        Some(ruby.ary_from_iter(found.tasks.clone()))
    }

    /// Makes the next Ruby executor (they are made in plan order) from its component's handler Hash.
    fn add_executor(ruby: &Ruby, this: &Run, options: RHash) -> Result<NativeExecutor, Error> {
        let run = Arc::clone(&this.run);
        let first = this.executors.borrow().last().map_or(0, |last| last.index + 1);
        let index = (first..run.shared.plan.executors.len())
            .find(|index| !run.shared.plan.is_native(*index))
            .ok_or_else(|| Error::new(ruby.exception_runtime_error(), "the plan has no further Ruby executor"))?;
        let component = run.shared.plan.executors[index].component;
        let kind = if run.shared.plan.is_spout(component) {
            Kind::Spout(Spout::new(ruby, Arc::clone(&run), index, options)?)
        } else {
            Kind::Bolt(Bolt::new(ruby, Arc::clone(&run), index, options)?)
        };
        let executor = Arc::new(Executor::new(run, index, kind));
        this.executors.borrow_mut().push(Arc::clone(&executor));
        Ok(NativeExecutor(executor))
    }

    /// Starts the pulse and the programs. The other executors' threads come from Ruby.
    fn start(&self) {
        self.programs.start(&self.run.bell);
        let open: Vec<_> = self
            .executors
            .borrow()
            .iter()
            .map(|e| (e.index, Arc::clone(&e.open_since)))
            .collect();
        let bell = Arc::clone(&self.run.bell);
        let affinity = Arc::clone(&self.run.affinity);
        self.run.pulse.start(move |beat| {
            affinity.look();
            for (index, since) in &open {
                let since = since.load(Ordering::Relaxed);
                if since != 0 && beat.wrapping_sub(since) > 1 {
                    bell.ring(Event::Flush(*index));
                }
            }
        });
    }

    /// Puts the watchdog in front of Ruby's INT and TERM handlers.
    fn watch_signals(ruby: &Ruby, this: &Run) -> Result<(), Error> {
        let shared = Arc::clone(&this.run.shared);
        let deadline = shared
            .settings
            .first()
            .map_or(Duration::from_secs(20), |settings| settings.shutdown_timeout);
        let words = Box::new(move || {
            let sum = |count: fn(&redgale_engine::metrics::ExecutorMetrics) -> u64| -> u64 {
                shared
                    .owners
                    .iter()
                    .map(|executor| count(&shared.metrics[*executor]))
                    .sum()
            };
            format!(
                "{} acked, {} failed, {} given up, {} pending",
                sum(|metrics| metrics.acked.get()),
                sum(|metrics| metrics.failed.get()),
                sum(|metrics| metrics.given_up.get()),
                shared.pending()
            )
        });
        crate::signals::install(deadline, words)
            .map_err(|error| Error::new(ruby.exception_runtime_error(), format!("cannot watch signals: {error}")))
    }

    /// The process goes on after the run: the watchdog forgets the signal that ended it.
    fn unwatch_signals(&self) {
        crate::signals::disarm();
    }

    /// Moves to a phase: :active, :inactive, :draining or :stopping; whether that was allowed.
    fn advance(ruby: &Ruby, this: &Run, phase: Symbol) -> Result<bool, Error> {
        let phase = match &*phase.name()? {
            "active" => Phase::Active,
            "inactive" => Phase::Inactive,
            "draining" => Phase::Draining,
            "stopping" => Phase::Stopping,
            other => return Err(Error::new(ruby.exception_arg_error(), format!("no phase {other}"))),
        };
        Ok(this.run.shared.advance(phase))
    }

    fn phase(ruby: &Ruby, this: &Run) -> Symbol {
        ruby.to_symbol(this.run.shared.phase.get().name())
    }

    /// Whether every spout has finished.
    fn is_finished(&self) -> bool {
        self.run.shared.all_finished()
    }

    /// Whether no tuple is pending or under way.
    fn is_quiet(&self) -> bool {
        self.run.shared.is_quiet()
    }

    /// Sleeps up to `seconds` for news: nil, [:thread_ended, index], [:exit, status] or [:maybe_done]. Flushes executors
    /// that block in user code meanwhile.
    fn wait(ruby: &Ruby, this: &Run, seconds: f64) -> Result<Option<(Symbol, i64)>, Error> {
        let shared = &this.run.shared;
        let deadline = shared.clock.now() + nanos(Duration::from_secs_f64(seconds.max(0.0)));
        let waiter = Waiter::current();
        // a poll of an idle spout that has been going on for long
        this.run.pulse.rouse();
        loop {
            while let Some(event) = this.run.bell.take() {
                match event {
                    Event::Flush(index) => {
                        let executors = this.executors.borrow();
                        let place = executors.binary_search_by_key(&index, |executor| executor.index);
                        let executor = place.ok().map(|place| Arc::clone(&executors[place]));
                        drop(executors);
                        if let Some(executor) = executor {
                            executor.flush_now();
                        }
                    }
                    Event::ThreadEnded(index) => return Ok(Some((ruby.to_symbol("thread_ended"), index as i64))),
                    Event::Exit(status) => return Ok(Some((ruby.to_symbol("exit"), i64::from(status)))),
                    Event::MaybeDone => return Ok(Some((ruby.to_symbol("maybe_done"), 0))),
                }
            }
            if shared.clock.now() >= deadline {
                return Ok(None);
            }
            let (bell, clock) = (&this.run.bell, &shared.clock);
            detach(ruby, &waiter, || bell.wait(&waiter, clock, deadline))?;
        }
    }

    /// Wakes whoever is in `wait` with [:exit, status].
    fn exit(&self, status: i32) {
        self.run.bell.ring(Event::Exit(status));
    }

    /// Metrics of all components, as JSON: {id: ComponentSnapshot}.
    fn metrics(&self) -> String {
        let shared = &self.run.shared;
        let components: serde_json::Map<String, serde_json::Value> = (0..shared.plan.components.len())
            .map(|index| {
                let snapshot = serde_json::to_value(shared.snapshot(index)).unwrap_or_default();
                (shared.plan.components[index].id.clone(), snapshot)
            })
            .collect();
        serde_json::Value::Object(components).to_string()
    }

    /// Tuples neither acked nor given up, at most `most`: [[component, task, :id or :values, it], ...].
    fn pending(ruby: &Ruby, this: &Run, most: usize) -> Result<RArray, Error> {
        let list = ruby.ary_new();
        for executor in &*this.executors.borrow() {
            // SAFETY: VM lock; nothing here calls user code.
            let Kind::Spout(spout) = (unsafe { &*executor.kind() }) else {
                continue;
            };
            let plan = &this.run.shared.plan;
            let component = &plan.components[plan.executors[executor.index].component].id;
            for (position, what, value) in spout.open() {
                if list.len() >= most {
                    return Ok(list);
                }
                let what = ruby.to_symbol(if what == What::Id { "id" } else { "values" });
                // SAFETY: kept values are rooted.
                let value = unsafe { Value::from_raw(value) };
                list.push((component.as_str(), spout.tasks[position as usize], what, value))?;
            }
        }
        this.programs.pending(ruby, list, most)?;
        Ok(list)
    }

    /// Whether every program has answered once, or failed once.
    fn are_programs_ready(&self) -> bool {
        self.programs.are_ready()
    }

    /// Waits until the programs have ended; the run must have begun to stop.
    fn join_programs(ruby: &Ruby, this: &Run) -> Result<(), Error> {
        this.programs.join(ruby)
    }

    /// What programs had to tell since the last call: see [`Programs::take_news`].
    fn take_program_news(ruby: &Ruby, this: &Run) -> Result<RArray, Error> {
        this.programs.take_news(ruby)
    }

    /// What was emitted since the last call, of a simulated run: [[component, stream, task, values, id], ...].
    fn take_trace(ruby: &Ruby, this: &Run) -> Result<RArray, Error> {
        let list = ruby.ary_new();
        let Some(trace) = this.run.trace else { return Ok(list) };
        for entry in this.take_noted(ruby, trace.emitted)? {
            let (stream, task, values, id): (usize, u32, Value, Value) = TryConvert::try_convert(entry)?;
            let meta = &this.run.metas[stream];
            list.push((meta.component.as_str(), ruby.to_symbol(&meta.stream), task, values, id))?;
        }
        Ok(list)
    }

    /// What became of tuples of spouts since the last call, of a simulated run: [[component, task, outcome, :id or :values,
    /// it, exception or nil], ...] with outcome :acked, :failed (the spout owns its replay), :retried or :given_up.
    fn take_outcomes(ruby: &Ruby, this: &Run) -> Result<RArray, Error> {
        let list = ruby.ary_new();
        let Some(trace) = this.run.trace else { return Ok(list) };
        let plan = &this.run.shared.plan;
        for entry in this.take_noted(ruby, trace.outcomes)? {
            let (executor, task, outcome, what, value, reason): (usize, u32, Symbol, Symbol, Value, Value) =
                TryConvert::try_convert(entry)?;
            let component = &plan.components[plan.executors[executor].component].id;
            list.push((component.as_str(), task, outcome, what, value, reason))?;
        }
        Ok(list)
    }

    fn take_noted(&self, ruby: &Ruby, token: u32) -> Result<RArray, Error> {
        let noted = self.run.roots.replace(token, NIL);
        // SAFETY: nil, or an Array that Trace made; the caller's frame holds it.
        let noted = Option::<RArray>::try_convert(unsafe { Value::from_raw(noted) })?;
        Ok(noted.unwrap_or_else(|| ruby.ary_new()))
    }

    /// Number of pending tuples.
    fn pending_count(&self) -> u64 {
        self.run.shared.pending()
    }

    /// Warnings about values that could not leave the process; each is given once.
    fn take_warnings(ruby: &Ruby, this: &Run) -> Result<RArray, Error> {
        let list = ruby.ary_new();
        for executor in &*this.executors.borrow() {
            let plan = &this.run.shared.plan;
            let component = &plan.components[plan.executors[executor.index].component];
            // SAFETY: VM lock.
            let streams = match unsafe { &mut *executor.kind() } {
                Kind::Bolt(bolt) => &mut bolt.streams,
                Kind::Spout(spout) => &mut spout.streams,
            };
            for (stream, number) in streams.iter_mut().zip(component.streams.clone()) {
                // every executor looks at what it emits itself; the stream is warned of once
                if let Some(warning) = stream.strictness.take_warning()
                    && this.warned.borrow_mut().insert(number)
                {
                    list.push(format!(
                        "stream `{}` of `{}`: {warning}",
                        plan.streams[number].name, component.id
                    ))?;
                }
            }
        }
        Ok(list)
    }

    /// Ends the run for good: later emits raise ClosedError.
    fn close(&self) {
        self.run.shared.advance(Phase::Stopping);
        self.run.closed.store(true, Ordering::Release);
        // in a forked child there is no such thread
        if crate::fork::generation() == self.run.generation {
            self.run.pulse.stop();
        }
    }
}

/// A simulated executor that waited for room would wait for ever: all run on one thread.
fn unbound(model: &mut Model) {
    let keys = [
        "topology.executor.receive.buffer.size",
        "redgale.executor.receive.buffer.bytes",
    ];
    let configs = model.components.iter_mut().map(|component| &mut component.config);
    for config in configs.chain([&mut model.config]) {
        for key in keys {
            config.insert(key.into(), u32::MAX.into());
        }
    }
}

/// One executor, as the Ruby thread that runs it sees it.
#[magnus::wrap(class = "Redgale::Native::Executor", free_immediately)]
pub struct NativeExecutor(pub Arc<Executor>);

impl NativeExecutor {
    /// The native half of each of its tasks, in order.
    fn tasks(ruby: &Ruby, this: &NativeExecutor) -> RArray {
        let count = this.0.run.shared.plan.executors[this.0.index].tasks.len();
        ruby.ary_from_iter((0..count).map(|position| Task::new(Arc::clone(&this.0), position as u32)))
    }

    /// Binds the executor to the calling thread, before its on_init: what that emits is the own thread's, and has no input.
    fn bind(&self) {
        self.0.bind();
        self.0.set_loose(true);
    }

    /// `run(reporter, instances, customs)`: runs the executor on this thread until the run stops.
    fn run(
        ruby: &Ruby,
        this: &NativeExecutor,
        reporter: Value,
        instances: RArray,
        customs: RArray,
    ) -> Result<(), Error> {
        this.equip(reporter, instances, customs);
        drive::run(ruby, &this.0)
    }

    /// Gives the executor its Ruby objects.
    pub fn equip(&self, reporter: Value, instances: RArray, customs: RArray) {
        // SAFETY: VM lock.
        let objects = match unsafe { &mut *self.0.kind() } {
            Kind::Bolt(bolt) => &mut bolt.objects,
            Kind::Spout(spout) => &mut spout.objects,
        };
        objects.replace(&self.0.run, reporter, instances, customs);
    }
}

/// Whether the calling thread shared a core with other executors; it may run anywhere until `share_core`.
fn leave_core() -> bool {
    crate::affinity::apart()
}

/// The calling thread shares the core again.
fn share_core() {
    crate::affinity::back();
}

/// Defines `Redgale::Native::Run` and `Redgale::Native::Executor`.
///
/// # Errors
/// What Ruby raises.
pub fn init(ruby: &Ruby) -> Result<(), Error> {
    let native = crate::native(ruby)?;
    native.define_module_function("leave_core", function!(leave_core, 0))?;
    native.define_module_function("share_core", function!(share_core, 0))?;
    let run = native.define_class("Run", ruby.class_object())?;
    run.undef_default_alloc_func();
    run.define_singleton_method("new", function!(Run::new, 2))?;
    run.define_method("plan", method!(Run::plan, 0))?;
    run.define_method("tasks", method!(Run::tasks, 1))?;
    run.define_method("add_executor", method!(Run::add_executor, 1))?;
    run.define_method("start", method!(Run::start, 0))?;
    run.define_method("watch_signals", method!(Run::watch_signals, 0))?;
    run.define_method("unwatch_signals", method!(Run::unwatch_signals, 0))?;
    run.define_method("advance", method!(Run::advance, 1))?;
    run.define_method("phase", method!(Run::phase, 0))?;
    run.define_method("finished?", method!(Run::is_finished, 0))?;
    run.define_method("quiet?", method!(Run::is_quiet, 0))?;
    run.define_method("wait", method!(Run::wait, 1))?;
    run.define_method("exit", method!(Run::exit, 1))?;
    run.define_method("metrics", method!(Run::metrics, 0))?;
    run.define_method("pending", method!(Run::pending, 1))?;
    run.define_method("take_trace", method!(Run::take_trace, 0))?;
    run.define_method("take_outcomes", method!(Run::take_outcomes, 0))?;
    run.define_method("pending_count", method!(Run::pending_count, 0))?;
    run.define_method("take_warnings", method!(Run::take_warnings, 0))?;
    run.define_method("programs_ready?", method!(Run::are_programs_ready, 0))?;
    run.define_method("join_programs", method!(Run::join_programs, 0))?;
    run.define_method("take_program_news", method!(Run::take_program_news, 0))?;
    run.define_method("close", method!(Run::close, 0))?;
    let executor = native.define_class("Executor", ruby.class_object())?;
    executor.undef_default_alloc_func();
    executor.define_method("tasks", method!(NativeExecutor::tasks, 0))?;
    executor.define_method("bind", method!(NativeExecutor::bind, 0))?;
    executor.define_method("run", method!(NativeExecutor::run, 3))?;
    crate::look_up::<Run>(ruby);
    crate::look_up::<NativeExecutor>(ruby);
    Ok(())
}
