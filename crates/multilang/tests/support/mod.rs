//! A run with programs, native spouts and native bolts, and what they saw of it.
#![allow(dead_code)] // each test file uses its own part

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use redgale_codec::Value;
use redgale_engine::clock::Clock;
use redgale_engine::engine::Shared;
use redgale_engine::native::{Collector, NativeBolt, NativeSpout, Next, run_bolt, run_spout};
use redgale_engine::phase::Phase;
use redgale_multilang::host::Host;
use redgale_multilang::journal::{Journal, Origin};
use redgale_multilang::protocol::Level;
use redgale_topology::model::Model;
use redgale_topology::validate::validate;
use serde_json::{Value as Json, json};

/// Far above what anything here takes.
pub const HANG: Duration = Duration::from_secs(60);

pub fn programs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/programs")
}

/// A program in Python, given as text.
pub fn python(script: &str) -> Json {
    let script = format!("from multilang import *\n{script}");
    json!({"shell": {"command": "python3", "arguments": ["-c", script], "environment": {"PYTHONPATH": programs()}}})
}

pub fn component(id: &str, kind: &str, implementation: Json, fields: &[&str]) -> Json {
    json!({"id": id, "kind": kind, "implementation": implementation, "executors": 1, "tasks": 1, "at": "t.rb:1",
        "streams": [{"name": "default", "fields": fields, "at": "t.rb:1"}], "sources": [], "config": {}})
}

pub fn source(component: &str, grouping: Json) -> Json {
    json!({"component": component, "stream": "default", "grouping": grouping, "at": "t.rb:1"})
}

pub fn shuffle(component: &str) -> Json {
    source(component, json!({"type": "shuffle"}))
}

pub fn ruby() -> Json {
    json!({"ruby": {"class": "X"}})
}

/// Everything that was said.
#[derive(Debug, Default)]
pub struct Notes {
    pub lines: Mutex<Vec<String>>,
    pub errors: Mutex<Vec<String>>,
    pub counters: Mutex<BTreeMap<String, u64>>,
}

impl Journal for Notes {
    fn log(&self, from: Origin<'_>, level: Level, line: &str) {
        let from = from.component;
        self.lines.lock().unwrap().push(format!("{from} {level:?}: {line}"));
    }

    fn error(&self, from: Origin<'_>, what: &str) {
        self.errors
            .lock()
            .unwrap()
            .push(format!("{}: {from}: {what}", from.component));
    }

    fn count(&self, from: Origin<'_>, counter: &str, by: u64) {
        *self
            .counters
            .lock()
            .unwrap()
            .entry(format!("{}.{counter}", from.component))
            .or_default() += by;
    }
}

/// Emits `0..ids` as [id, text], again when they failed.
struct Numbers {
    next: u64,
    ids: u64,
    value: Value,
    again: Vec<u64>,
    book: Arc<Book>,
}

impl NativeSpout for Numbers {
    fn next(&mut self) -> Next {
        let id = match self.again.pop() {
            Some(id) => id,
            None if self.next < self.ids => {
                self.next += 1;
                self.next - 1
            }
            None => return Next::Finished,
        };
        let row = [Value::Int(id as i64), self.value.clone()];
        Next::Emit {
            stream: 0,
            row: row.into(),
            id,
        }
    }

    fn ack(&mut self, id: u64) {
        self.book.acked.lock().unwrap().push(id);
    }

    fn fail(&mut self, id: u64) {
        self.book.failed.fetch_add(1, Ordering::SeqCst);
        self.again.push(id);
    }
}

/// Takes whatever comes.
struct Sink {
    book: Arc<Book>,
    delay: Duration,
}

impl NativeBolt for Sink {
    fn execute(&mut self, stream: u32, values: &[Value], _: &mut Collector<'_>) -> Result<(), String> {
        if !self.delay.is_zero() {
            thread::sleep(self.delay);
        }
        self.book.sunk.lock().unwrap().push((stream, values.to_vec()));
        Ok(())
    }
}

/// What the native components saw.
#[derive(Debug, Default)]
pub struct Book {
    pub acked: Mutex<Vec<u64>>,
    pub failed: AtomicU64,
    pub sunk: Mutex<Vec<(u32, Vec<Value>)>>,
}

impl Book {
    /// The values that came, as JSON text, sorted.
    pub fn values(&self) -> Vec<String> {
        let text = |values: &[Value]| {
            let mut out = Vec::new();
            redgale_multilang::json_write::write(&Value::Array(values.to_vec()), &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let mut list: Vec<String> = self
            .sunk
            .lock()
            .unwrap()
            .iter()
            .map(|(_, values)| text(values))
            .collect();
        list.sort();
        list
    }
}

/// A run under way. Native spouts are those of class X; native bolts sink.
pub struct Run {
    pub shared: Arc<Shared>,
    pub notes: Arc<Notes>,
    pub book: Arc<Book>,
    pub host: Arc<Host>,
    threads: Vec<JoinHandle<()>>,
}

/// What the native components do.
pub struct Plan {
    pub ids: u64,
    pub text: String,
    pub delay: Duration,
    /// Instead of the text.
    pub value: Option<Value>,
}

impl Default for Plan {
    fn default() -> Self {
        Plan {
            ids: 0,
            text: "a b c".into(),
            delay: Duration::ZERO,
            value: None,
        }
    }
}

impl Run {
    pub fn start(components: &[Json], config: &Json, plan: Plan) -> Run {
        let json =
            json!({"format": 1, "name": "t", "class": "T", "at": "t.rb:1", "config": config, "components": components});
        let model: Model = serde_json::from_value(json).unwrap();
        assert_eq!(validate(&model).problems, []);
        let shared = Arc::new(Shared::new(&model, Clock::real()));
        let (notes, book) = (Arc::new(Notes::default()), Arc::new(Book::default()));
        let shells = Host::executors(&model, &shared);
        let host = Arc::new(Host::new(model, Arc::clone(&shared), Arc::clone(&notes) as _).unwrap());
        let value = plan.value.unwrap_or(Value::Str(plan.text));
        let ready = Arc::new(AtomicUsize::new(0));
        let mut threads = Vec::new();
        for executor in 0..shared.plan.executors.len() {
            let (shared, host, book, ready) = (
                Arc::clone(&shared),
                Arc::clone(&host),
                Arc::clone(&book),
                Arc::clone(&ready),
            );
            let (shell, value) = (shells.contains(&executor), value.clone());
            threads.push(thread::spawn(move || {
                let planned = &shared.plan.executors[executor];
                if shell {
                    host.run(executor, || {
                        ready.fetch_add(1, Ordering::SeqCst);
                    });
                } else if shared.plan.is_spout(planned.component) {
                    let spout = Numbers {
                        next: 0,
                        ids: plan.ids,
                        value,
                        again: Vec::new(),
                        book,
                    };
                    run_spout(&shared, executor, Box::new(spout));
                } else {
                    let sink = || {
                        Box::new(Sink {
                            book: Arc::clone(&book),
                            delay: plan.delay,
                        }) as Box<dyn NativeBolt>
                    };
                    run_bolt(&shared, executor, planned.tasks.iter().map(|_| sink()).collect());
                }
            }));
        }
        let run = Run {
            shared,
            notes,
            book,
            host,
            threads,
        };
        run.until("the programs are ready", || {
            ready.load(Ordering::SeqCst) == shells.len()
        });
        run.shared.advance(Phase::Active);
        run
    }

    /// Waits for something.
    pub fn until(&self, what: &str, mut done: impl FnMut() -> bool) {
        let started = Instant::now();
        while !done() {
            assert!(
                started.elapsed() < HANG,
                "waited too long until {what}: {:?} {:?} in flight {} pending {}",
                self.notes.errors.lock().unwrap(),
                self.notes.lines.lock().unwrap(),
                self.shared.in_flight.get(),
                self.shared.pending(),
            );
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until every spout has finished and nothing is under way.
    pub fn finish(&self) {
        self.until("all is done", || self.shared.all_finished() && self.shared.is_quiet());
    }

    /// Stops, and waits for all threads: those of programs end after their programs.
    pub fn stop(mut self) -> (Arc<Notes>, Arc<Book>) {
        self.shared.advance(Phase::Stopping);
        let started = Instant::now();
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "the end took {:?}",
            started.elapsed()
        );
        (Arc::clone(&self.notes), Arc::clone(&self.book))
    }

    /// The snapshot of a component, by id.
    pub fn counts(&self, id: &str) -> redgale_engine::metrics::ComponentSnapshot {
        let components = &self.shared.plan.components;
        self.shared
            .snapshot(components.iter().position(|component| component.id == id).unwrap())
    }

    /// Every tuple of the native spout was acked once, and every number of the bolt adds up.
    pub fn assert_books(&self, ids: u64, bolt: &str) {
        let mut acked = self.book.acked.lock().unwrap().clone();
        acked.sort_unstable();
        assert_eq!(acked, (0..ids).collect::<Vec<_>>());
        let counts = self.counts(bolt);
        assert_eq!(counts.executed, counts.acked + counts.failed, "of {bolt}: {counts:?}");
        assert_eq!(self.shared.in_flight.get(), 0);
        assert_eq!(self.shared.pending(), 0);
    }

    pub fn errors(&self) -> Vec<String> {
        self.notes.errors.lock().unwrap().clone()
    }
}

/// A spout `lines` of numbers, the program `middle`, a sink `last`.
pub fn chain(implementation: Json, fields: &[&str]) -> Vec<Json> {
    let mut middle = component("middle", "bolt", implementation, fields);
    middle["sources"] = json!([shuffle("lines")]);
    let mut last = component("last", "bolt", ruby(), &[]);
    last["sources"] = json!([shuffle("middle")]);
    vec![component("lines", "spout", ruby(), &["id", "text"]), middle, last]
}
