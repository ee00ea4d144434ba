//! What Ruby threads of executors do, step by step. A step decides what is next; the doing is in `bolt` and `spout`.
//!
//! [`run`] steps and waits until the run stops; a simulation steps all executors on one thread ([`crate::simulation`]). A step
//! ends by Err when its thread was killed: the executor's state stays, and another thread takes it over.

use std::sync::Arc;
use std::time::Duration;

use magnus::error::ErrorType;
use magnus::rb_sys::AsRawValue;
use magnus::{Error, Ruby};
use rb_sys::VALUE;
use redgale_engine::clock::{Nanos, nanos};
use redgale_engine::mailbox::Waiter;
use redgale_engine::phase::Phase;

use crate::bell::Event;
use crate::bolt::{self, Bolt, Pause};
use crate::emit::{Reading, Refusal};
use crate::errors;
use crate::executor::{Executor, Kind, OutStream};
use crate::gvl::detach;
use crate::meta::{StreamMeta, id};
use crate::protect::{call, protected};
use crate::pulse::Pulse;
use crate::spout::{self, Round, Spout};
use crate::value::{FALSE, NIL, UNDEF};

/// Shortest time between two looks of a spout that waits for room.
const ROOM_LOOK: Duration = Duration::from_millis(10);

/// Whether to go on after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    GoOn,
    Leave,
}

/// What an executor does after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It ends: the run stops, or user code ended the worker.
    Leave,
    /// There is more to do; a spout was asked for tuples and may be asked again.
    Breath,
    /// There is something left to do at once.
    Again,
    /// It sleeps until there is mail, or until the time given.
    Wait(Option<Nanos>),
    /// A spout that may not emit sleeps until so many trees are decided, for no longer than the patience, or until the time
    /// given.
    Gated(Option<Nanos>, usize, Nanos),
}

/// One executor on its thread.
pub struct Drive {
    executor: Arc<Executor>,
    waiter: Waiter,
    reporter: VALUE,
    is_bolt: bool,
    /// The phase that user code was told last.
    told: Phase,
    tick: Option<(Nanos, Nanos)>,
    beat: u32,
    /// CPU time of the thread when it last offered the lock.
    worked: Nanos,
}

/// An executor inside of user code.
struct Busy<'a>(&'a Pulse);

impl<'a> Busy<'a> {
    fn new(pulse: &'a Pulse) -> Self {
        pulse.begin();
        Busy(pulse)
    }
}

impl<'a> Busy<'a> {
    fn quietly(pulse: &'a Pulse) -> Self {
        pulse.begin_quietly();
        Busy(pulse)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Runs an executor until the run stops.
///
/// # Errors
/// The jump that killed the thread.
pub fn run(ruby: &Ruby, executor: &Arc<Executor>) -> Result<(), Error> {
    let shared = &executor.run.shared;
    let mut drive = Drive::new(Arc::clone(executor));
    let _membership = shared
        .settings_of(executor.index)
        .share_core
        .then(|| executor.run.affinity.join());
    let result = drive.run(ruby);
    // SAFETY: VM lock.
    if let Kind::Spout(spout) = unsafe { &*executor.kind() } {
        spout.core.show_pending();
    }
    executor.mark_open(false);
    if result.is_err() && shared.phase.get() != Phase::Stopping {
        executor.run.bell.ring(Event::ThreadEnded(executor.index));
    }
    result
}

impl Drive {
    /// Binds an executor to the calling thread.
    pub fn new(executor: Arc<Executor>) -> Self {
        // SAFETY: VM lock.
        let (is_bolt, reporter) = match unsafe { &*executor.kind() } {
            Kind::Bolt(bolt) => (true, bolt.objects.reporter),
            Kind::Spout(spout) => (false, spout.objects.reporter),
        };
        executor.bind();
        executor.set_loose(false);
        let shared = &executor.run.shared;
        let tick = shared.settings_of(executor.index).tick.map(nanos);
        Drive {
            waiter: Waiter::current(),
            reporter,
            is_bolt,
            told: Phase::Starting,
            tick: tick.map(|every| (every, shared.clock.now() + every)),
            beat: executor.run.pulse.beat(),
            worked: 0,
            executor,
        }
    }

    /// Its executor's index in the plan.
    pub fn index(&self) -> usize {
        self.executor.index
    }

    /// Whether it runs a spout.
    pub fn is_spout(&self) -> bool {
        !self.is_bolt
    }

    fn run(&mut self, ruby: &Ruby) -> Result<(), Error> {
        loop {
            match self.step(ruby)? {
                Step::Leave => return Ok(()),
                Step::Breath => self.offer_lock(ruby)?,
                Step::Again => {}
                Step::Wait(deadline) => self.wait(ruby, deadline)?,
                Step::Gated(deadline, least, patience) => self.wait_gated(ruby, deadline, least, patience)?,
            }
        }
    }

    /// Does what there is to do now, as far as one hold of the VM lock should reach.
    ///
    /// # Errors
    /// The jump that killed the thread.
    pub fn step(&mut self, ruby: &Ruby) -> Result<Step, Error> {
        if self.is_bolt {
            self.bolt_step(ruby)
        } else {
            self.spout_step(ruby)
        }
    }

    fn phase(&self) -> Phase {
        self.executor.run.shared.phase.get()
    }

    fn now(&self) -> Nanos {
        self.executor.run.shared.clock.now()
    }

    fn bolt_state(&self) -> *mut Bolt {
        // SAFETY: VM lock; `run` looked at the kind.
        match unsafe { &mut *self.executor.kind() } {
            Kind::Bolt(bolt) => bolt,
            Kind::Spout(_) => unreachable!("a bolt's loop runs a bolt"),
        }
    }

    fn spout_state(&self) -> *mut Spout {
        // SAFETY: as above.
        match unsafe { &mut *self.executor.kind() } {
            Kind::Spout(spout) => spout,
            Kind::Bolt(_) => unreachable!("a spout's loop runs a spout"),
        }
    }

    /// Runs user code and counts the executor as busy meanwhile.
    fn busy<T: Copy>(&self, body: impl FnOnce() -> T) -> Result<T, Error> {
        let _busy = Busy::new(&self.executor.run.pulse);
        protected(body)
    }

    /// Calls a method of the reporter, which runs user code.
    fn tell(&self, method: &str, arguments: &[VALUE]) -> Result<VALUE, Error> {
        let _busy = Busy::new(&self.executor.run.pulse);
        call(self.reporter, id(method), arguments)
    }

    fn bolt_step(&mut self, ruby: &Ruby) -> Result<Step, Error> {
        let bolt = self.bolt_state();
        if self.phase() == Phase::Stopping {
            return Ok(Step::Leave);
        }
        // SAFETY (all of the step): VM lock; references end before Ruby code runs.
        let ready = unsafe { (*bolt).take(ruby) }?;
        if ready {
            let pause = self.busy(|| unsafe { bolt::run_handlers(bolt) });
            if self.after_bolt(ruby, pause)? == Next::Leave {
                return Ok(Step::Leave);
            }
        }
        while let Some((due, position)) = unsafe { (*bolt).collected_until() } {
            // at the end nothing is worth waiting for
            let ending = !ready && self.executor.run.shared.is_ending();
            if !ending && due > self.now() {
                break;
            }
            let pause = self.busy(|| unsafe { bolt::run_collected(bolt, position) });
            if self.after_bolt(ruby, pause)? == Next::Leave {
                return Ok(Step::Leave);
            }
        }
        if self.tick()? == Next::Leave {
            return Ok(Step::Leave);
        }
        self.flush(ruby)?;
        if ready {
            return Ok(Step::Breath);
        }
        let collected = unsafe { (*bolt).collected_until() }.map(|(due, _)| due);
        Ok(Step::Wait(earliest([collected, self.next_tick()])))
    }

    fn after_bolt(&self, ruby: &Ruby, pause: Result<Pause, Error>) -> Result<Next, Error> {
        let bolt = self.bolt_state();
        match pause {
            Ok(Pause::Empty | Pause::Breath) => Ok(Next::GoOn),
            Ok(Pause::Forked) => self.leave_child(),
            Ok(Pause::Refused) => {
                let refusal = unsafe { (*bolt).take_refusal() };
                let error = self.refusal(ruby, refusal, unsafe { &(*bolt).streams });
                self.bolt_failed(ruby, error)
            }
            Err(error) => self.bolt_failed(ruby, error),
        }
    }

    /// Fails the input of the handler that ended by `error`, tells Ruby, and passes a jump on.
    fn bolt_failed(&self, ruby: &Ruby, error: Error) -> Result<Next, Error> {
        if self.is_child() {
            return self.leave_child_by(ruby, &error);
        }
        let bolt = self.bolt_state();
        let exception = match error.error_type() {
            ErrorType::Jump(_) => None,
            _ => Some(errors::exception(ruby, &error).as_raw()),
        };
        let tuple = unsafe {
            if let (Some(reasons), Some(exception)) = (&self.executor.run.reasons, exception) {
                reasons.note(&(*bolt).current_anchors(), exception);
            }
            (*bolt).abandon()
        };
        let Some(exception) = exception else {
            // the thread is being killed: what it held is failed; the next thread goes on behind it
            self.executor.flush_now();
            return Err(error);
        };
        let position = unsafe { (*bolt).position() };
        self.report(exception, tuple, position)
    }

    fn report(&self, exception: VALUE, tuple: VALUE, position: u32) -> Result<Next, Error> {
        self.executor.flush_now();
        let position = unsafe { rb_sys::rb_uint2inum(position as _) };
        let go_on = self.tell("handler_failed", &[exception, tuple, position])?;
        if self.is_child() {
            return self.leave_child();
        }
        Ok(if go_on == NIL || go_on == FALSE {
            Next::Leave
        } else {
            Next::GoOn
        })
    }

    fn refusal(&self, ruby: &Ruby, refusal: Option<(Refusal, Reading)>, streams: &[OutStream]) -> Error {
        let run = &self.executor.run;
        let component = run.shared.plan.executors[self.executor.index].component;
        let metas: Vec<&StreamMeta> = run.shared.plan.components[component]
            .streams
            .clone()
            .map(|stream| &run.metas[stream])
            .collect();
        match refusal {
            Some((refusal, reading)) => refusal.error(ruby, reading, streams, &metas),
            None => Error::new(ruby.exception_runtime_error(), "a refusal without a reason"),
        }
    }

    /// Whether user code forked and this is the child: nothing of the run may be touched, its locks may be held for ever.
    fn is_child(&self) -> bool {
        crate::fork::generation() != self.executor.run.generation
    }

    /// Ends a forked child in which user code raised. Ruby prints the error; a kill ends it as a return does.
    fn leave_child_by(&self, ruby: &Ruby, error: &Error) -> Result<Next, Error> {
        let exception = errors::exception(ruby, error).as_raw();
        if exception == NIL {
            return self.leave_child();
        }
        call(
            self.reporter,
            id("handler_failed"),
            &[exception, NIL, unsafe { rb_sys::rb_uint2inum(0) }],
        )?;
        Ok(Next::Leave)
    }

    fn leave_child(&self) -> Result<Next, Error> {
        // does not return: Ruby flushes its streams and ends the child without at_exit handlers
        call(self.reporter, id("child_returned"), &[])?;
        Ok(Next::Leave)
    }

    fn spout_step(&mut self, ruby: &Ruby) -> Result<Step, Error> {
        let spout = self.spout_state();
        let phase = self.phase();
        if phase == Phase::Stopping {
            return Ok(Step::Leave);
        }
        if phase != self.told {
            self.told = phase;
            self.tell_phase(phase)?;
        }
        // SAFETY (all of the step): VM lock; references end before Ruby code runs.
        unsafe { (*spout).look() };
        if self.callbacks(ruby)? == Next::Leave {
            return Ok(Step::Leave);
        }
        // what waits for room goes first; meanwhile only timeouts and acks are dealt with
        let blocked = unsafe { (*spout).core.outbox.is_full() };
        if !blocked && self.retries(ruby)? == Next::Leave {
            return Ok(Step::Leave);
        }
        let mut round = Round::Gated;
        if !blocked && phase == Phase::Active && !unsafe { (*spout).is_finished() } {
            match self.sends(ruby)? {
                Some(result) => round = result,
                None => return Ok(Step::Leave),
            }
        }
        // what nobody reads is acked now: the run may be over as soon as this executor says that it has finished
        if unsafe { (*spout).has_instant() } && self.callbacks(ruby)? == Next::Leave {
            return Ok(Step::Leave);
        }
        if self.tick()? == Next::Leave {
            return Ok(Step::Leave);
        }
        if self.flush_spout(ruby)? {
            return Ok(Step::Again);
        }
        let run = &self.executor.run;
        if unsafe { (*spout).is_finished() } {
            run.shared.finish(self.executor.index);
        }
        if phase == Phase::Draining {
            run.shared.fall_silent(self.executor.index);
        }
        if phase == Phase::Draining || unsafe { (*spout).is_finished() } {
            run.bell.ring(Event::MaybeDone);
        }
        let due = unsafe {
            [
                (*spout).core.pending.next_due(),
                (*spout).trouble_until(),
                self.next_tick(),
            ]
        };
        let due = earliest(due);
        Ok(match round {
            Round::Pause(_) => Step::Breath,
            // a replay that nobody got, or that was refused
            _ if unsafe { (*spout).has_outcomes() } => Step::Again,
            Round::Idle => Step::Wait(earliest([Some(unsafe { (*spout).idle_until(self.now()) }), due])),
            Round::Gated => {
                let (least, patience) = unsafe { (*spout).worth_waking() };
                Step::Gated(due, least, patience)
            }
        })
    }

    /// Hands on what was emitted; true if some of it waits for room, and a timeout may be due.
    fn flush_spout(&self, ruby: &Ruby) -> Result<bool, Error> {
        // SAFETY: VM lock.
        let due = unsafe { (*self.spout_state()).core.pending.next_due() };
        // a replay that is due waits for room, too
        let deadline = due.map(|due| due.max(self.now() + nanos(ROOM_LOOK)));
        match self.executor.flush_once(ruby, &self.waiter, deadline) {
            Ok(left) => Ok(left),
            Err(error) => self.interrupted(ruby, Err(error)).map(|()| true),
        }
    }

    /// Emits the tuples again whose time has come.
    fn retries(&self, ruby: &Ruby) -> Result<Next, Error> {
        let spout = self.spout_state();
        // SAFETY: VM lock.
        if !unsafe { (*spout).core.pending.has_waiting() } {
            return Ok(Next::GoOn);
        }
        match self.busy(|| unsafe { spout::run_retries(spout) }) {
            Ok(Ok(())) => Ok(Next::GoOn),
            Ok(Err(refusal)) => {
                let error = self.refusal(ruby, Some((refusal, Reading::ByHand)), unsafe { &(*spout).streams });
                self.spout_failed(ruby, error)
            }
            Err(error) => self.spout_failed(ruby, error),
        }
    }

    /// One round of on_send; None: leave.
    fn sends(&self, ruby: &Ruby) -> Result<Option<Round>, Error> {
        let spout = self.spout_state();
        // SAFETY: VM lock.
        let _busy = if unsafe { (*spout).expects_nothing() } {
            Busy::quietly(&self.executor.run.pulse)
        } else {
            Busy::new(&self.executor.run.pulse)
        };
        let failed = match protected(|| unsafe { spout::run_sends(spout) }) {
            Ok(Round::Pause(Pause::Forked)) => self.leave_child()?,
            Ok(Round::Pause(Pause::Refused)) => {
                let refusal = unsafe { (*spout).take_refusal() };
                let error = self.refusal(ruby, refusal, unsafe { &(*spout).streams });
                self.spout_failed(ruby, error)?
            }
            Ok(round) => return Ok(Some(round)),
            Err(error) => {
                if error.is_kind_of(ruby.exception_stop_iteration()) {
                    unsafe {
                        (*spout).abandon();
                        (*spout).finish((*spout).position());
                    }
                    return Ok(Some(Round::Pause(Pause::Breath)));
                }
                self.spout_failed(ruby, error)?
            }
        };
        // a spout that only raises neither burns a core nor floods the log
        unsafe { (*spout).note_trouble((*spout).position()) };
        Ok((failed == Next::GoOn).then_some(Round::Pause(Pause::Breath)))
    }

    fn spout_failed(&self, ruby: &Ruby, error: Error) -> Result<Next, Error> {
        if self.is_child() {
            return self.leave_child_by(ruby, &error);
        }
        let spout = self.spout_state();
        let position = unsafe {
            (*spout).abandon();
            (*spout).position()
        };
        match error.error_type() {
            ErrorType::Jump(_) => Err(error),
            _ => self.report(errors::exception(ruby, &error).as_raw(), NIL, position),
        }
    }

    /// Tells user code what became of its tuples.
    fn callbacks(&mut self, ruby: &Ruby) -> Result<Next, Error> {
        let spout = self.spout_state();
        loop {
            let Some(mut callback) = (unsafe { (*spout).next_callback() }) else {
                return Ok(Next::GoOn);
            };
            if callback.arguments[1] == UNDEF {
                callback.arguments[1] = self.tell("unknown_reason", &[])?;
            }
            // SAFETY: VM lock; the arguments lie on this frame.
            let result = unsafe {
                let instance = crate::value::elements((*spout).objects.instances)[callback.position as usize];
                let arguments = callback.arguments;
                self.busy(|| rb_sys::rb_funcallv(instance, callback.method, callback.count, arguments.as_ptr()))
            };
            if self.is_child() {
                return self.leave_child();
            }
            if let Err(error) = result
                && self.spout_failed(ruby, error)? == Next::Leave
            {
                return Ok(Next::Leave);
            }
            if self.executor.run.pulse.beat() != self.beat {
                self.offer_lock(ruby)?;
            }
        }
    }

    fn tell_phase(&self, phase: Phase) -> Result<(), Error> {
        let name = crate::meta::symbol(phase.name());
        self.tell("phase_changed", &[name]).map(|_| ())
    }

    fn next_tick(&self) -> Option<Nanos> {
        self.tick.map(|(_, next)| next)
    }

    fn tick(&mut self) -> Result<Next, Error> {
        let Some((every, next)) = self.tick else {
            return Ok(Next::GoOn);
        };
        let now = self.now();
        if now < next || self.phase() == Phase::Starting {
            return Ok(Next::GoOn);
        }
        // a late tick is not made up for
        self.tick = Some((every, (next + every).max(now)));
        self.executor.set_loose(true);
        let result = self.tell("tick", &[]);
        self.executor.set_loose(false);
        if self.is_child() {
            return self.leave_child();
        }
        let go_on = result?;
        Ok(if go_on == NIL || go_on == FALSE {
            Next::Leave
        } else {
            Next::GoOn
        })
    }

    /// Flushes; an exception thrown into the waiting thread is reported, a kill is passed on.
    fn flush(&self, ruby: &Ruby) -> Result<(), Error> {
        let result = self.executor.flush(ruby, &self.waiter);
        self.interrupted(ruby, result)
    }

    fn wait(&self, ruby: &Ruby, deadline: Option<Nanos>) -> Result<(), Error> {
        let shared = &self.executor.run.shared;
        let (mailbox, waiter) = (&shared.mailboxes[self.executor.index], &self.waiter);
        let result = detach(ruby, waiter, || mailbox.wait(waiter, &shared.clock, deadline));
        self.interrupted(ruby, result)
    }

    fn wait_gated(&self, ruby: &Ruby, deadline: Option<Nanos>, least: usize, patience: Nanos) -> Result<(), Error> {
        let shared = &self.executor.run.shared;
        let (mailbox, waiter) = (&shared.mailboxes[self.executor.index], &self.waiter);
        let result = detach(ruby, waiter, || {
            mailbox.wait_for_trees(waiter, &shared.clock, deadline, least, patience);
        });
        self.interrupted(ruby, result)
    }

    /// Lets other Ruby threads run, if a beat has passed since the last time and the executor worked for most of it. One that
    /// worked less has just come back from a wait, in which others had the lock: to queue for it once more would double what
    /// such a handler costs the others.
    fn offer_lock(&mut self, ruby: &Ruby) -> Result<(), Error> {
        let beat = self.executor.run.pulse.beat();
        if beat == self.beat {
            return Ok(());
        }
        self.beat = beat;
        self.executor.run.pulse.notice();
        let worked = crate::pulse::thread_time();
        if worked.saturating_sub(self.worked) < nanos(crate::pulse::BEAT) * 3 / 4 {
            return Ok(());
        }
        self.worked = worked;
        // SAFETY: VM lock; it checks interrupts, hence the protection.
        let result = protected(|| unsafe { rb_sys::rb_thread_schedule() });
        self.interrupted(ruby, result)
    }

    fn interrupted(&self, ruby: &Ruby, result: Result<(), Error>) -> Result<(), Error> {
        match result {
            Err(error) if !matches!(error.error_type(), ErrorType::Jump(_)) => {
                let exception = errors::exception(ruby, &error).as_raw();
                self.report(exception, NIL, 0).map(|_| ())
            }
            other => other,
        }
    }
}

/// The earliest of the times that are given.
fn earliest<const N: usize>(times: [Option<Nanos>; N]) -> Option<Nanos> {
    times.into_iter().flatten().min()
}
