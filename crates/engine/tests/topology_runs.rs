//! Whole runs of random topologies on native executors: nothing is lost, nothing is acked twice, every number adds up.

mod support {
    pub mod hang;
    pub mod witness;
}

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use fastrand::Rng;
use redgale_codec::Value;
use redgale_engine::batch::{NativeRows, Payload};
use redgale_engine::bolt::BoltCore;
use redgale_engine::clock::Clock;
use redgale_engine::engine::Shared;
use redgale_engine::mailbox::{Mail, Waiter};
use redgale_engine::native::{Collector, NativeBolt, NativeSpout, Next, run_bolt, run_spout};
use redgale_engine::phase::Phase;
use redgale_topology::model::Model;
use redgale_topology::validate::validate;
use serde_json::{Value as Json, json};

use support::hang;
use support::witness::{Stamp, Witness};

/// Streams of every component.
const STREAMS: [&str; 2] = ["default", "extra"];

/// From this try on no bolt fails a tuple, so that every run ends.
const CALM: i64 = 3;

fn component(id: &str, kind: &str, executors: u32, tasks: u32, sources: &[Json]) -> Json {
    let stream = |name: &&str| json!({"name": name, "fields": Stamp::FIELDS, "at": "t.rb:1"});
    let streams: Vec<Json> = STREAMS.iter().map(stream).collect();
    json!({"id": id, "kind": kind, "implementation": {"ruby": {"class": "X"}}, "executors": executors, "tasks": tasks,
        "at": "t.rb:1", "streams": streams, "sources": sources})
}

fn source(component: &str, stream: &str, grouping: &Json) -> Json {
    json!({"component": component, "stream": stream, "grouping": grouping, "at": "t.rb:1"})
}

fn model(components: &[Json], config: &Json) -> Model {
    let json =
        json!({"format": 1, "name": "t", "class": "T", "at": "t.rb:1", "config": config, "components": components});
    let model: Model = serde_json::from_value(json).unwrap();
    assert_eq!(validate(&model).problems, []);
    model
}

fn config(rng: &mut Rng) -> Json {
    json!({
        "topology.max.spout.pending": rng.u32(1..40),
        "topology.executor.receive.buffer.size": if rng.bool() { rng.u32(1..5) } else { rng.u32(1..65) },
        "topology.message.timeout.secs": 300
    })
}

fn grouping(rng: &mut Rng) -> Json {
    let key = ["key"];
    match rng.u32(..7) {
        0 => json!({"type": "shuffle"}),
        1 => json!({"type": "local_or_shuffle"}),
        2 => json!({"type": "global"}),
        3 => json!({"type": "all"}),
        4 => json!({"type": "none"}),
        5 => json!({"type": "fields", "fields": key}),
        _ => json!({"type": "partial_key", "fields": key}),
    }
}

/// One or two spouts and up to four bolts, each reading some of what comes before it (so diamonds are common) and, in a
/// topology with cycles, perhaps something of what comes after it.
fn random_model(rng: &mut Rng, cycles: bool) -> Model {
    let (spouts, bolts) = (rng.usize(1..3), rng.usize(1..5));
    // ids do not sort in the order of the flow
    let id = |at: usize| {
        if at < spouts {
            format!("m{at}")
        } else {
            format!("{}{at}", if at.is_multiple_of(2) { "a" } else { "z" })
        }
    };
    let mut components = Vec::new();
    for at in 0..spouts {
        let size = rng.u32(1..4);
        components.push(component(&id(at), "spout", size, size, &[]));
    }
    for at in spouts..spouts + bolts {
        let mut read = Vec::new();
        for from in 0..spouts + bolts {
            let back = from >= at;
            let wanted = if back { cycles && rng.u32(..4) == 0 } else { rng.bool() };
            if wanted || from == at - 1 {
                read.push((from, STREAMS[usize::from(rng.u32(..4) == 0)]));
            }
        }
        let sources: Vec<Json> = read
            .iter()
            .map(|(from, stream)| source(&id(*from), stream, &grouping(rng)))
            .collect();
        let executors = rng.u32(1..4);
        let tasks = executors + rng.u32(..3);
        components.push(component(&id(at), "bolt", executors, tasks, &sources));
    }
    let config = config(rng);
    model(&components, &config)
}

/// Emits its ids once each, and again when they failed, sometimes not at once.
struct Spout {
    task: u32,
    next: i64,
    ids: i64,
    again: Vec<(i64, i64)>,
    tries: Vec<i64>,
    open: usize,
    most_open: usize,
    rng: Rng,
    witness: Arc<Witness>,
}

impl NativeSpout for Spout {
    fn next(&mut self) -> Next {
        let (id, attempt) = if !self.again.is_empty() {
            if self.rng.bool() {
                return Next::Idle;
            }
            self.again.swap_remove(self.rng.usize(..self.again.len()))
        } else if self.next < self.ids {
            self.next += 1;
            (self.next - 1, 0)
        } else {
            return Next::Finished;
        };
        self.open += 1;
        assert!(self.open <= self.most_open, "max_spout_pending {}", self.most_open);
        self.tries.resize(self.next as usize, 0);
        self.tries[id as usize] = attempt;
        let stream = usize::from(self.rng.u32(..4) == 0);
        let row = self.witness.emit(self.task, stream, (self.task, id, attempt), 0);
        let id = id as u64;
        Next::Emit { stream, row, id }
    }

    fn ack(&mut self, id: u64) {
        self.open -= 1;
        self.witness.acked((self.task, id as i64, self.tries[id as usize]));
    }

    fn fail(&mut self, id: u64) {
        self.open -= 1;
        let attempt = self.tries[id as usize];
        self.witness.failed((self.task, id as i64, attempt));
        self.again.push((id as i64, attempt + 1));
    }
}

/// Emits 0 to 3 tuples for each and fails some.
struct Bolt {
    task: u32,
    deepest: i64,
    slow: bool,
    rng: Rng,
    witness: Arc<Witness>,
}

impl NativeBolt for Bolt {
    fn execute(&mut self, stream: u32, values: &[Value], out: &mut Collector<'_>) -> Result<(), String> {
        let stamp = Stamp::read(values);
        self.witness.arrived(self.task, stream, &stamp);
        if self.slow && self.rng.u32(..50) == 0 {
            thread::sleep(Duration::from_micros(self.rng.u64(..300)));
        }
        let most = if stamp.depth > 1 { 2 } else { 4 };
        let children = if stamp.depth < self.deepest {
            self.rng.u32(..most)
        } else {
            0
        };
        for _ in 0..children {
            let stream = usize::from(self.rng.u32(..4) == 0);
            out.emit(
                stream,
                self.witness.emit(self.task, stream, stamp.tree, stamp.depth + 1),
            );
        }
        let fails = stamp.tree.2 < CALM && self.rng.u32(..60) == 0;
        self.witness.executed(self.task, stamp.tree, !fails);
        if fails { Err("by chance".to_owned()) } else { Ok(()) }
    }
}

/// A run and its threads.
struct Run {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Run {
    /// Starts an executor for each of the plan but those of `except`.
    fn start(shared: &Arc<Shared>, witness: &Arc<Witness>, rng: &mut Rng, ids: i64, except: &[usize]) -> Self {
        let mut threads = Vec::new();
        for (index, executor) in shared.plan.executors.iter().enumerate() {
            if except.contains(&index) {
                continue;
            }
            let shared = Arc::clone(shared);
            let slow = rng.bool();
            if shared.plan.is_spout(executor.component) {
                let spout = Box::new(Spout {
                    task: executor.tasks[0],
                    next: 0,
                    ids,
                    again: Vec::new(),
                    tries: Vec::new(),
                    open: 0,
                    most_open: shared.settings_of(index).max_spout_pending,
                    rng: rng.fork(),
                    witness: Arc::clone(witness),
                });
                threads.push(thread::spawn(move || run_spout(&shared, index, spout)));
            } else {
                let bolt = |task: &u32| -> Box<dyn NativeBolt> {
                    Box::new(Bolt {
                        task: *task,
                        deepest: 5,
                        slow,
                        rng: rng.fork(),
                        witness: Arc::clone(witness),
                    })
                };
                let tasks = executor.tasks.iter().map(bolt).collect();
                threads.push(thread::spawn(move || run_bolt(&shared, index, tasks)));
            }
        }
        Run {
            shared: Arc::clone(shared),
            threads,
        }
    }

    /// Waits until everything is done. With `pauses` spouts are told to be silent now and then; without, nothing hides an
    /// executor that sleeps too long.
    fn complete(self, rng: &mut Rng, pauses: bool) {
        assert!(self.shared.advance(Phase::Active));
        while !(self.shared.all_finished() && self.shared.is_quiet()) {
            assert!(
                !self.threads.iter().any(JoinHandle::is_finished),
                "an executor ended by itself"
            );
            thread::sleep(Duration::from_micros(rng.u64(..2_000)));
            if pauses && rng.u32(..10) == 0 {
                assert!(self.shared.advance(Phase::Inactive));
                thread::sleep(Duration::from_micros(rng.u64(..2_000)));
                assert!(self.shared.advance(Phase::Active));
            }
        }
        self.stop();
    }

    fn stop(self) {
        assert!(self.shared.advance(Phase::Stopping));
        for thread in self.threads {
            thread.join().unwrap();
        }
    }
}

fn state(shared: &Shared, witness: &Witness) -> String {
    let components = (0..shared.plan.components.len()).map(|component| {
        let snapshot = serde_json::to_value(shared.snapshot(component)).unwrap();
        format!("{}: {snapshot}\n", shared.plan.components[component].id)
    });
    format!(
        "{:?}, finished: {}, in flight: {}, pending: {}\n{}{}",
        shared.phase.get(),
        shared.all_finished(),
        shared.in_flight.get(),
        shared.pending(),
        components.collect::<String>(),
        witness.state()
    )
}

fn bounded(seed: u64, model: &Model, body: impl FnOnce(Arc<Shared>, Arc<Witness>) + Send + 'static) {
    let shared = Arc::new(Shared::new(model, Clock::real()));
    let witness = Arc::new(Witness::new(&shared.plan));
    let told = (Arc::clone(&shared), Arc::clone(&witness));
    let drawing = redgale_topology::graph::text(model);
    hang::bounded(
        seed,
        move || format!("{drawing}\n{}", state(&told.0, &told.1)),
        move || body(shared, witness),
    );
}

#[test]
fn every_emitted_id_is_acked_once_and_all_numbers_add_up() {
    for seed in hang::seeds(80) {
        let mut rng = Rng::with_seed(seed);
        bounded(seed, &random_model(&mut rng, false), move |shared, witness| {
            let ids = rng.i64(1..250);
            let pauses = rng.bool();
            Run::start(&shared, &witness, &mut rng, ids, &[]).complete(&mut rng, pauses);
            witness.check(&shared, ids);
            let sum = witness.sum(&shared);
            assert_eq!((sum.feedback_full, sum.timed_out), (0, 0));
        });
    }
}

#[test]
fn a_run_with_cycles_and_tiny_queues_ends_and_loses_nothing() {
    for seed in hang::seeds(60) {
        let mut rng = Rng::with_seed(seed);
        bounded(seed, &random_model(&mut rng, true), move |shared, witness| {
            let ids = rng.i64(1..60);
            let pauses = rng.bool();
            Run::start(&shared, &witness, &mut rng, ids, &[]).complete(&mut rng, pauses);
            witness.check(&shared, ids);
        });
    }
}

#[test]
fn a_full_queue_on_a_feedback_edge_fails_the_tuple_which_is_replayed() {
    let by = json!({"type": "shuffle"});
    let components = [
        component("lines", "spout", 1, 1, &[]),
        component(
            "a",
            "bolt",
            1,
            1,
            &[source("lines", "default", &by), source("b", "default", &by)],
        ),
        component("b", "bolt", 1, 1, &[source("a", "default", &by)]),
    ];
    let config = json!({"topology.max.spout.pending": 20, "topology.executor.receive.buffer.size": 1});
    let mut refused = 0;
    for seed in hang::seeds(8) {
        let mut rng = Rng::with_seed(seed);
        let (tell, told) = std::sync::mpsc::channel();
        bounded(seed, &model(&components, &config), move |shared, witness| {
            Run::start(&shared, &witness, &mut rng, 200, &[]).complete(&mut rng, false);
            witness.check(&shared, 200);
            tell.send(witness.sum(&shared).feedback_full).unwrap();
        });
        refused += told.recv().unwrap();
    }
    assert!(refused > 0, "the test itself is wrong: no queue was ever full");
}

#[test]
fn a_run_stops_at_whatever_moment() {
    for seed in hang::seeds(60) {
        let mut rng = Rng::with_seed(seed);
        let cycles = rng.bool();
        bounded(seed, &random_model(&mut rng, cycles), move |shared, witness| {
            let run = Run::start(&shared, &witness, &mut rng, i64::MAX, &[]);
            shared.advance(Phase::Active);
            thread::sleep(Duration::from_micros(rng.u64(..5_000)));
            run.stop();
        });
    }
}

/// Emits one tuple for each.
struct Relay {
    task: u32,
    witness: Arc<Witness>,
}

impl NativeBolt for Relay {
    fn execute(&mut self, _: u32, values: &[Value], out: &mut Collector<'_>) -> Result<(), String> {
        let stamp = Stamp::read(values);
        out.emit(0, self.witness.emit(self.task, 0, stamp.tree, stamp.depth + 1));
        self.witness.executed(self.task, stamp.tree, true);
        Ok(())
    }
}

/// Handles every tuple but does not ack the first one before a second came.
fn swallow_first(shared: &Arc<Shared>, executor: usize, witness: &Witness) {
    let mut core: BoltCore<NativeRows> = BoltCore::new(Arc::clone(shared), executor, |_| NativeRows::default());
    let task = shared.plan.executors[executor].tasks[0];
    let waiter = Waiter::current();
    let mut mail = Mail::default();
    let mut swallowed = Vec::new();
    while shared.phase.get() != Phase::Stopping {
        shared.mailboxes[executor].wait(&waiter, &shared.clock, None);
        shared.mailboxes[executor].take(&mut mail);
        for batch in mail.batches.drain(..) {
            let Payload::Native(rows) = &batch.payload else {
                unreachable!("the lane is native")
            };
            for (index, row) in rows.iter().enumerate() {
                let stamp = Stamp::read(row);
                witness.arrived(task, batch.headers[index].stream, &stamp);
                assert_eq!(batch.headers[index].from, stamp.from);
                let (_, id, attempt) = stamp.tree;
                if id == 0 && attempt == 0 {
                    batch.anchors(index).for_each(|anchor| swallowed.push(anchor));
                } else {
                    if id == 0 {
                        // too late: its root has timed out
                        let late = redgale_engine::anchor::Anchors::Many(&swallowed);
                        core.ack(late, 0);
                    }
                    core.ack(batch.anchors(index), 0);
                    witness.executed(task, stamp.tree, true);
                }
                core.metrics().executed.add(1);
            }
            core.handled(batch.len());
            while core.flush().is_some() {}
        }
    }
}

#[test]
fn a_tuple_that_is_never_acked_times_out_and_is_replayed() {
    const TIMEOUT: Duration = Duration::from_millis(300);
    let by = json!({"type": "shuffle"});
    let lines = STREAMS.map(|stream| source("lines", stream, &by));
    let components = [
        component("lines", "spout", 1, 1, &[]),
        component("relay", "bolt", 1, 3, &lines),
        component("swallow", "bolt", 1, 1, &[source("relay", "default", &by)]),
    ];
    let config = json!({"topology.message.timeout.secs": TIMEOUT.as_secs_f64()});
    bounded(0, &model(&components, &config), move |shared, witness| {
        let began = Instant::now();
        let mut rng = Rng::with_seed(0);
        let executor_of = |id: &str| {
            let component = shared.plan.components.iter().find(|component| component.id == id);
            component.unwrap().executors.start
        };
        let (relay, swallow) = (executor_of("relay"), executor_of("swallow"));
        let mut run = Run::start(&shared, &witness, &mut rng, 50, &[relay, swallow]);
        let relays = shared.plan.executors[relay]
            .tasks
            .iter()
            .map(|task| -> Box<dyn NativeBolt> {
                let (task, witness) = (*task, Arc::clone(&witness));
                Box::new(Relay { task, witness })
            });
        let (relays, other) = (relays.collect(), Arc::clone(&shared));
        run.threads.push(thread::spawn(move || run_bolt(&other, relay, relays)));
        let (other, seen) = (Arc::clone(&shared), Arc::clone(&witness));
        run.threads
            .push(thread::spawn(move || swallow_first(&other, swallow, &seen)));
        run.complete(&mut rng, false);
        assert!(began.elapsed() >= TIMEOUT);
        let sum = witness.sum(&shared);
        assert_eq!((sum.timed_out, witness.fails(), witness.acks()), (1, 1, 50));
        assert_eq!(
            witness.tries_of_first(),
            [false, true],
            "the first try failed, the second was acked"
        );
        assert_eq!(shared.in_flight.get(), 0);
    });
}

#[test]
fn a_tuple_that_nobody_reads_is_acked_at_once() {
    let components = [component("lines", "spout", 2, 2, &[])];
    bounded(0, &model(&components, &json!({})), |shared, witness| {
        let mut rng = Rng::with_seed(0);
        Run::start(&shared, &witness, &mut rng, 100, &[]).complete(&mut rng, false);
        witness.check(&shared, 100);
        assert_eq!(witness.sum(&shared).transferred, 0);
    });
}
