//! What all executors of a run share.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use redgale_topology::config::Settings;
use redgale_topology::model::Model;
use redgale_topology::plan::Plan;

use crate::clock::Clock;
use crate::fold::Fold;
use crate::ledger::Ledger;
use crate::mailbox::Mailbox;
use crate::metrics::{ComponentSnapshot, ExecutorMetrics};
use crate::phase::{Phase, PhaseCell};

/// Tuples handed to a queue and not yet dealt with.
#[derive(Debug, Default)]
pub struct InFlight(AtomicI64);

impl InFlight {
    /// Counts tuples in, before they can be taken.
    pub fn add(&self, tuples: usize) {
        self.0.fetch_add(tuples as i64, Ordering::AcqRel);
    }

    /// Counts tuples out, after what they emitted was counted in.
    pub fn remove(&self, tuples: usize) {
        self.0.fetch_sub(tuples as i64, Ordering::AcqRel);
    }

    /// Tuples now under way.
    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Acquire)
    }
}

/// The parts of a run that its executors and its owner share.
#[derive(Debug)]
pub struct Shared {
    /// Who is who.
    pub plan: Plan,
    /// Settings of each component, by plan index.
    pub settings: Vec<Settings>,
    /// Time.
    pub clock: Clock,
    /// Where the run stands.
    pub phase: PhaseCell,
    /// Input queue of each executor.
    pub mailboxes: Vec<Mailbox>,
    /// One ledger per spout executor.
    pub ledgers: Vec<Ledger>,
    /// Executor that owns each ledger.
    pub owners: Vec<usize>,
    /// What each executor measures.
    pub metrics: Vec<ExecutorMetrics>,
    /// Tuples under way.
    pub in_flight: InFlight,
    /// Spout executors whose tasks have all finished.
    finished: Vec<AtomicBool>,
    /// Spout executors that know of the drain and have handed on what they still had.
    silent: Vec<AtomicBool>,
}

impl Shared {
    /// Everything a valid model needs to run, on `clock`.
    pub fn new(model: &Model, clock: Clock) -> Self {
        let plan = Plan::new(model);
        let settings: Vec<Settings> = plan
            .components
            .iter()
            .map(|component| Settings::from(model, Some(&model.components[component.model_index])))
            .collect();
        let of = |executor: usize| &settings[plan.executors[executor].component];
        let count = plan.executors.len();
        let mailboxes = (0..count).map(|e| Mailbox::new(of(e).receive_buffer_tuples, of(e).receive_buffer_bytes));
        let owners: Vec<usize> = (0..count)
            .filter(|e| plan.is_spout(plan.executors[*e].component))
            .collect();
        Shared {
            mailboxes: mailboxes.collect(),
            ledgers: owners.iter().map(|_| Ledger::new()).collect(),
            metrics: (0..count).map(|_| ExecutorMetrics::default()).collect(),
            finished: (0..count).map(|_| AtomicBool::new(false)).collect(),
            silent: (0..count).map(|_| AtomicBool::new(false)).collect(),
            in_flight: InFlight::default(),
            phase: PhaseCell::default(),
            owners,
            settings,
            clock,
            plan,
        }
    }

    /// The settings of an executor's component.
    pub fn settings_of(&self, executor: usize) -> &Settings {
        &self.settings[self.plan.executors[executor].component]
    }

    /// Moves the run on (see [`Phase::may_become`]) and makes every executor look. When the run stops, those that wait for
    /// room look too: nobody is left to make any.
    pub fn advance(&self, next: Phase) -> bool {
        let moved = self.phase.advance(next);
        if moved {
            let tell = if next == Phase::Stopping {
                Mailbox::close
            } else {
                Mailbox::nudge
            };
            self.mailboxes.iter().for_each(tell);
        }
        moved
    }

    /// Applies folded updates and tells the spouts what was decided by them.
    pub fn settle(&self, fold: &mut Fold) {
        fold.apply(&self.ledgers, |ledger, completions| {
            self.mailboxes[self.owners[ledger]].decide(completions)
        });
    }

    /// Notes that a spout executor has nothing more to emit, ever. When the last one has finished every executor looks:
    /// one that collects tuples need not wait for more.
    pub fn finish(&self, executor: usize) {
        // sequentially consistent: of two that finish at once, one must see both
        if !self.finished[executor].swap(true, Ordering::SeqCst) && self.all_finished() {
            self.mailboxes.iter().for_each(Mailbox::nudge);
        }
    }

    /// Notes that a spout executor has learnt that the run drains, and has handed on the last that it emitted.
    pub fn fall_silent(&self, executor: usize) {
        self.silent[executor].store(true, Ordering::Release);
    }

    /// Whether no new tuple will come from a spout (replays may).
    pub fn is_ending(&self) -> bool {
        self.phase.get() >= Phase::Draining || self.all_finished()
    }

    /// Whether every spout has finished.
    pub fn all_finished(&self) -> bool {
        self.owners
            .iter()
            .all(|executor| self.finished[*executor].load(Ordering::SeqCst))
    }

    /// Open tracked tuples of all spouts.
    pub fn pending(&self) -> u64 {
        self.owners
            .iter()
            .map(|executor| self.metrics[*executor].pending.get())
            .sum()
    }

    /// Whether nothing is open and nothing is under way. Pending is read first: a spout counts a replay in flight before it
    /// takes it off.
    pub fn is_quiet(&self) -> bool {
        // in this order: what a spout hands on before it falls silent is counted by then
        let told = |executor: &usize| self.silent[*executor].load(Ordering::Acquire);
        (self.phase.get() != Phase::Draining || self.owners.iter().all(told))
            && self.pending() == 0
            && self.in_flight.get() == 0
    }

    /// What a component measured so far.
    pub fn snapshot(&self, component: usize) -> ComponentSnapshot {
        let executors = self.plan.components[component].executors.clone();
        let mut snapshot = ComponentSnapshot::of(executors.clone().map(|executor| &self.metrics[executor]));
        snapshot.queued = executors.map(|executor| self.mailboxes[executor].depth() as u64).sum();
        snapshot
    }
}
