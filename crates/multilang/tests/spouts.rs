//! Spouts that are programs, in whole runs.

mod support;

use std::time::Duration;

use redgale_engine::phase::Phase;
use serde_json::{Value as Json, json};
use support::{Plan, Run, component, python, ruby, shuffle};

/// Emits numbers under ids, again when they fail; logs what it hears.
const RELIABLE: &str = "
import time
handshake()
todo, count, acked, failed = list(range(COUNT)), 0, [], []
while True:
    message = command()
    what = message['command']
    if what == 'next':
        if todo:
            id = todo.pop(0)
            emit([id], id=id, need_task_ids=NEED)
        else:
            time.sleep(0.001)
    elif what == 'ack':
        acked.append(message['id'])
        if len(acked) == COUNT: send({'command': 'log', 'msg': 'acked %s failed %s' % (sorted(acked) == list(range(COUNT)), len(failed))})
    elif what == 'fail':
        failed.append(message['id'])
        todo.append(message['id'])
    else:
        send({'command': 'log', 'msg': what})
    send({'command': 'sync'})
";

fn reliable(count: usize, need: bool) -> Json {
    let need = if need { "True" } else { "False" };
    python(&RELIABLE.replace("COUNT", &count.to_string()).replace("NEED", need))
}

/// The program as spout, the program as bolt, a native sink.
fn chain(spout: Json, bolt: Json) -> Vec<Json> {
    let mut middle = component("middle", "bolt", bolt, &["id"]);
    middle["sources"] = json!([shuffle("numbers")]);
    let mut last = component("last", "bolt", ruby(), &[]);
    last["sources"] = json!([shuffle("middle")]);
    vec![component("numbers", "spout", spout, &["id"]), middle, last]
}

const PASS: &str = "
def process(tup):
    emit(tup['tuple'], anchors=[tup['id']], need_task_ids=False)
    ack(tup)
bolt(process)
";

fn said(run: &Run, words: &str) -> bool {
    run.notes.lines.lock().unwrap().iter().any(|line| line.contains(words))
}

#[test]
fn every_tuple_of_a_program_comes_through_and_its_id_back() {
    for need in [false, true] {
        let run = Run::start(&chain(reliable(2_000, need), python(PASS)), &json!({}), Plan::default());
        run.until("all are acked", || said(&run, "acked True failed 0"));
        assert_eq!(run.book.sunk.lock().unwrap().len(), 2_000);
        let counts = run.counts("numbers");
        assert_eq!(
            (counts.emitted, counts.acked, counts.failed, counts.pending),
            (2_000, 2_000, 0, 0)
        );
        assert_eq!(run.errors(), [] as [String; 0]);
        run.stop();
    }
}

#[test]
fn failed_tuples_come_back_to_the_program() {
    let flaky = "
seen = set()
def process(tup):
    id = tup['tuple'][0]
    if id % 3 == 0 and id not in seen:
        seen.add(id)
        fail(tup)
    else:
        emit([id], anchors=[tup['id']])
        ack(tup)
bolt(process)
";
    let run = Run::start(&chain(reliable(300, true), python(flaky)), &json!({}), Plan::default());
    run.until("all are acked", || said(&run, "acked True failed 100"));
    assert_eq!(run.counts("numbers").failed, 100);
    run.stop();
}

#[test]
fn max_spout_pending_bounds_what_is_asked_for() {
    let hold = "
held = []
def process(tup):
    held.append(tup)
bolt(process)
";
    let config = json!({"topology.max.spout.pending": 7});
    let run = Run::start(&chain(reliable(100, false), python(hold)), &config, Plan::default());
    run.until("seven are pending", || run.shared.pending() == 7);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!((run.shared.pending(), run.counts("numbers").emitted), (7, 7));
    run.stop();
}

#[test]
fn a_program_that_emits_unasked_or_without_end_is_bounded_too() {
    let hold = "
held = []
def process(tup):
    held.append(tup)
bolt(process)
";
    let config = json!({"topology.max.spout.pending": 100});
    // the answer to `activate` ends a turn, `next` begins one that does not end
    for answers in [1, 0] {
        let script = format!(
            "
handshake()
for _ in range({answers}):
    command()
    send({{'command': 'sync'}})
number = 0
while True:
    number += 1
    emit([number], id=number, need_task_ids=False)
"
        );
        let run = Run::start(&chain(python(&script), python(hold)), &config, Plan::default());
        run.until("some are pending", || run.shared.pending() >= 100);
        std::thread::sleep(Duration::from_millis(500));
        // what one read brings is dealt with
        assert!(run.shared.pending() < 3_000, "{} are pending", run.shared.pending());
        run.stop();
    }
}

#[test]
fn a_program_hears_of_activation() {
    let run = Run::start(&chain(reliable(10, false), python(PASS)), &json!({}), Plan::default());
    run.until("all are acked", || said(&run, "acked True"));
    run.shared.advance(Phase::Inactive);
    run.until("it is told", || said(&run, "deactivate"));
    run.shared.advance(Phase::Active);
    run.until("it is told", || {
        let lines = run.notes.lines.lock().unwrap();
        lines.iter().filter(|line| line.ends_with(": activate")).count() == 2
    });
    run.shared.advance(Phase::Draining);
    run.until("it is told again", || {
        let lines = run.notes.lines.lock().unwrap();
        lines.iter().filter(|line| line.ends_with(": deactivate")).count() == 2
    });
    run.stop();
}

#[test]
fn ids_of_any_kind_come_back_as_they_were() {
    let script = "
handshake()
ids = ['a', 7, 1.5, True, '\\u00fc\\n', 2**70]
todo, heard = list(ids), []
while True:
    message = command()
    if message['command'] == 'next' and todo: emit([1], id=todo.pop(), need_task_ids=False)
    if message['command'] == 'ack': heard.append(message['id'])
    if len(heard) == len(ids):
        send({'command': 'log', 'msg': 'same %s' % (sorted(map(repr, heard)) == sorted(map(repr, ids)))})
        heard.append(None)
    send({'command': 'sync'})
";
    for config in [json!({}), json!({"topology.acker.executors": 0})] {
        let run = Run::start(&chain(python(script), python(PASS)), &config, Plan::default());
        run.until("all are acked", || said(&run, "same True"));
        run.stop();
    }
}

#[test]
fn pending_tuples_of_a_spout_that_dies_are_failed_and_it_is_started_again() {
    let script = "
import os
handshake()
count = 0
while True:
    message = command()
    if message['command'] == 'next':
        emit([count], id=count, need_task_ids=False)
        count += 1
        if count == 5: os._exit(1)
    send({'command': 'sync'})
";
    let hold = "def process(tup): pass\nbolt(process)";
    let run = Run::start(&chain(python(script), python(hold)), &json!({}), Plan::default());
    run.until("it died twice", || run.errors().len() >= 2);
    let counts = run.counts("numbers");
    assert_eq!(counts.emitted, counts.failed + counts.acked + run.shared.pending());
    assert!(counts.failed >= 10, "{counts:?}");
    assert!(
        run.errors()[0].contains("it ended (exit status 1)"),
        "{:?}",
        run.errors()
    );
    run.stop();
}

#[test]
fn a_spout_that_does_not_answer_is_started_again() {
    let script = "
import time
handshake()
while True:
    message = command()
    send({'command': 'log', 'msg': 'got ' + message['command']})
    if message['command'] == 'next': time.sleep(1000)
    send({'command': 'sync'})
";
    let config = json!({"topology.subprocess.timeout.secs": 0.5});
    let run = Run::start(&chain(python(script), python(PASS)), &config, Plan::default());
    run.until("it was found to hang twice", || run.errors().len() >= 2);
    assert!(
        run.errors()[0].contains("no sign of life for 0.5 s"),
        "{:?}",
        run.errors()
    );
    run.stop();
}

#[test]
fn a_spout_that_emits_what_cannot_be_is_told_so() {
    for (emit, what) in [
        (
            "emit([1, 2], id=1)",
            "stream `default` has 1 fields (id), but the tuple has 2 values",
        ),
        ("emit([1], stream='x')", "there is no stream `x`: it declares `default`"),
        ("emit([1], anchors=['1'])", "a spout has no tuples to anchor to"),
        (
            "send({'command': 'ack', 'id': '1'})",
            "only a bolt acks and fails tuples",
        ),
    ] {
        let script = format!(
            "handshake()\nwhile True:\n    if command()['command'] == 'next': {emit}\n    send({{'command': 'sync'}})"
        );
        let run = Run::start(&chain(python(&script), python(PASS)), &json!({}), Plan::default());
        run.until("it is told", || !run.errors().is_empty());
        assert!(run.errors()[0].contains(what), "{:?}", run.errors());
        run.stop();
    }
}

#[test]
fn an_idle_spout_is_asked_a_hundred_times_a_second_at_most() {
    let script = "
import time
handshake()
count, started = 0, time.time()
while True:
    if command()['command'] == 'next': count += 1
    if time.time() - started > 1:
        send({'command': 'metrics', 'name': 'asked', 'params': count})
        started, count = time.time(), 0
    send({'command': 'sync'})
";
    let run = Run::start(&chain(python(script), python(PASS)), &json!({}), Plan::default());
    run.until("a second has passed", || {
        run.notes.counters.lock().unwrap().contains_key("numbers.asked")
    });
    let asked = run.notes.counters.lock().unwrap()["numbers.asked"];
    assert!((1..150).contains(&asked), "{asked}");
    run.stop();
}

#[test]
fn a_drain_waits_for_what_a_program_hands_on_when_it_is_told() {
    let script = "
import time
handshake()
while True:
    what = command()['command']
    if what == 'deactivate':
        time.sleep(0.2)
        for id in range(5): emit([id], id=id, need_task_ids=False)
    send({'command': 'sync'})
";
    let run = Run::start(&chain(python(script), python(PASS)), &json!({}), Plan::default());
    run.until("it is active", || {
        run.counts("numbers").executed == 0 && run.shared.is_quiet()
    });
    std::thread::sleep(Duration::from_millis(100));
    run.shared.advance(Phase::Draining);
    run.until("it is quiet", || run.shared.is_quiet());
    assert_eq!(run.book.sunk.lock().unwrap().len(), 5);
    assert_eq!(run.counts("numbers").acked, 5);
    run.stop();
}
