//! `Redgale::Native::Simulation`: steps all executors of a run on the calling thread, on a clock that stands still until it is
//! moved. For the testing kit: the same executors, ledger and routes as in a real run, without threads and waiting.

use std::cell::RefCell;
use std::time::Duration;

use magnus::{Class, Error, Module, Object, RArray, Ruby, TypedData, Value, function, method};
use redgale_engine::clock::{Nanos, nanos};

use crate::drive::{Drive, Step};
use crate::errors::Class as ErrorClass;
use crate::executor::RunShared;
use crate::run::{NativeExecutor, Run};

/// Simulated time a spout executor takes for [`ROUND_TUPLES`].
const ROUND: Duration = Duration::from_millis(1);
/// Tuples a spout executor emits without time passing.
const ROUND_TUPLES: u64 = 1_024;

/// Steps without any time passing after which something goes round in circles.
const MOST_STEPS: u64 = 1_000_000;

/// When an executor is to be stepped again, mail apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wake {
    /// Or earlier, by mail.
    At(Nanos),
    /// Not earlier: a spout has emitted all it may for now.
    Round(Nanos),
    ByMail,
    Never,
}

struct Actor {
    drive: Drive,
    wake: Wake,
    /// When its present round began, and how many tuples it had emitted by then.
    round: (Nanos, u64),
}

/// The executors of a run, in plan order.
#[derive(TypedData)]
#[magnus(class = "Redgale::Native::Simulation", free_immediately)]
pub struct Simulation {
    run: std::sync::Arc<RunShared>,
    actors: RefCell<Vec<Actor>>,
}

// SAFETY: only touched with the VM lock held, as all that executors own.
unsafe impl Send for Simulation {}

impl magnus::DataTypeFunctions for Simulation {}

impl Simulation {
    fn new(run: &Run) -> Self {
        Simulation {
            run: run.shared(),
            actors: RefCell::default(),
        }
    }

    /// Adds an executor whose components are initialised, with its reporter, instances and custom groupings.
    fn add(
        ruby: &Ruby,
        this: &Simulation,
        executor: &NativeExecutor,
        reporter: Value,
        instances: RArray,
        customs: RArray,
    ) -> Result<(), Error> {
        executor.equip(reporter, instances, customs);
        let drive = Drive::new(std::sync::Arc::clone(&executor.0));
        this.actors(ruby)?.push(Actor {
            drive,
            wake: Wake::At(0),
            round: (0, 0),
        });
        Ok(())
    }

    fn actors(&self, ruby: &Ruby) -> Result<std::cell::RefMut<'_, Vec<Actor>>, Error> {
        self.actors.try_borrow_mut().map_err(|_| {
            let message = "a handler cannot move the simulation that runs it";
            ErrorClass::Simulation.error(ruby, message.to_owned())
        })
    }

    /// Has the executor with this plan index stepped again without time passing, though it has nothing to do: a spout that
    /// was idle is asked anew.
    fn wake(ruby: &Ruby, this: &Simulation, index: usize) -> Result<(), Error> {
        let now = this.now();
        for actor in this.actors(ruby)?.iter_mut() {
            if actor.drive.index() == index && actor.wake != Wake::Never {
                actor.round = (now, this.emitted(actor));
                actor.wake = Wake::At(now);
            }
        }
        Ok(())
    }

    fn now(&self) -> Nanos {
        self.run.shared.clock.now()
    }

    /// Simulated seconds since the start.
    fn seconds(&self) -> f64 {
        self.now() as f64 / 1e9
    }

    /// Steps executors until all of them wait. No time passes.
    fn settle(ruby: &Ruby, this: &Simulation) -> Result<(), Error> {
        let mut actors = this.actors(ruby)?;
        let mut steps = 0;
        loop {
            let mut idle = true;
            for actor in &mut *actors {
                if this.is_awake(actor) {
                    idle = false;
                    steps += 1;
                    this.step(ruby, actor)?;
                }
            }
            if idle {
                return Ok(());
            }
            if steps > MOST_STEPS {
                return Err(this.circles(ruby, &actors));
            }
        }
    }

    fn is_awake(&self, actor: &Actor) -> bool {
        match actor.wake {
            Wake::Never => false,
            Wake::Round(due) => due <= self.now(),
            Wake::At(due) if due <= self.now() => true,
            Wake::At(_) | Wake::ByMail => self.run.shared.mailboxes[actor.drive.index()].has_news(),
        }
    }

    fn emitted(&self, actor: &Actor) -> u64 {
        self.run.shared.metrics[actor.drive.index()].emitted.get()
    }

    fn step(&self, ruby: &Ruby, actor: &mut Actor) -> Result<(), Error> {
        let now = self.now();
        if now > actor.round.0 {
            actor.round = (now, self.emitted(actor));
        }
        actor.wake = match actor.drive.step(ruby)? {
            Step::Leave => Wake::Never,
            _ if actor.drive.is_spout() && self.emitted(actor) - actor.round.1 >= ROUND_TUPLES => {
                Wake::Round(now + nanos(ROUND))
            }
            Step::Breath | Step::Again => Wake::At(now),
            Step::Wait(due) | Step::Gated(due, _, _) => due.map_or(Wake::ByMail, Wake::At),
        };
        Ok(())
    }

    #[cold]
    fn circles(&self, ruby: &Ruby, actors: &[Actor]) -> Error {
        let plan = &self.run.shared.plan;
        let busy = actors.iter().filter(|actor| self.is_awake(actor));
        let name = |actor: &Actor| {
            format!(
                "`{}`",
                plan.components[plan.executors[actor.drive.index()].component].id
            )
        };
        let mut names: Vec<String> = busy.map(name).collect();
        names.dedup();
        ErrorClass::Simulation.error(
            ruby,
            format!(
                "the simulation goes round in circles: after {MOST_STEPS} steps without any time passing there is still \
                 work for {}",
                names.join(", ")
            ),
        )
    }

    /// Moves the clock on to the next time at which an executor has something to do, and settles. False, and no time has
    /// passed, if there is none until `until` (seconds since the start).
    fn leap(ruby: &Ruby, this: &Simulation, until: f64) -> Result<bool, Error> {
        this.leap_to(ruby, nanos(span(ruby, until)?))
    }

    fn leap_to(&self, ruby: &Ruby, until: Nanos) -> Result<bool, Error> {
        let due = |actor: &Actor| match actor.wake {
            Wake::At(due) | Wake::Round(due) => Some(due),
            Wake::ByMail | Wake::Never => None,
        };
        let next = self.actors(ruby)?.iter().filter_map(due).min();
        let Some(next) = next.filter(|next| *next <= until) else {
            return Ok(false);
        };
        self.move_to(next);
        Simulation::settle(ruby, self)?;
        Ok(true)
    }

    fn move_to(&self, time: Nanos) {
        let clock = &self.run.shared.clock;
        clock.advance(Duration::from_nanos(time.saturating_sub(clock.now())));
    }

    /// Lets so many seconds pass: everything that is due in them happens at its time.
    fn advance(ruby: &Ruby, this: &Simulation, seconds: f64) -> Result<(), Error> {
        let until = this.now().saturating_add(nanos(span(ruby, seconds)?));
        Simulation::settle(ruby, this)?;
        while this.leap_to(ruby, until)? {}
        this.move_to(until);
        Ok(())
    }
}

fn span(ruby: &Ruby, seconds: f64) -> Result<Duration, Error> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|error| Error::new(ruby.exception_arg_error(), format!("{seconds} seconds: {error}")))
}

/// Defines `Redgale::Native::Simulation`.
///
/// # Errors
/// What Ruby raises.
pub fn init(ruby: &Ruby) -> Result<(), Error> {
    let class = crate::native(ruby)?.define_class("Simulation", ruby.class_object())?;
    class.undef_default_alloc_func();
    class.define_singleton_method("new", function!(Simulation::new, 1))?;
    class.define_method("add", method!(Simulation::add, 4))?;
    class.define_method("seconds", method!(Simulation::seconds, 0))?;
    class.define_method("settle", method!(Simulation::settle, 0))?;
    class.define_method("wake", method!(Simulation::wake, 1))?;
    class.define_method("leap", method!(Simulation::leap, 1))?;
    class.define_method("advance", method!(Simulation::advance, 1))?;
    crate::look_up::<Simulation>(ruby);
    Ok(())
}
