//! Bolts that are programs, in whole runs.

mod support;

use std::time::Duration;

use serde_json::json;
use support::{Plan, Run, chain, component, python, ruby, shuffle, source};

/// Splits the text; waits for task ids, as libraries do by default.
const SPLIT: &str = "
def process(tup):
    for word in tup['tuple'][1].split():
        emit([tup['tuple'][0], word], anchors=[tup['id']])
    ack(tup)
bolt(process)
";

/// The same without task ids.
const SPLIT_FAST: &str = "
def process(tup):
    for word in tup['tuple'][1].split():
        emit([tup['tuple'][0], word], anchors=[tup['id']], need_task_ids=False)
    ack(tup)
bolt(process)
";

fn words(ids: u64) -> Vec<String> {
    let mut list: Vec<String> = (0..ids)
        .flat_map(|id| ["a", "b", "c"].map(|word| format!("[{id},\"{word}\"]")))
        .collect();
    list.sort();
    list
}

#[test]
fn every_tuple_goes_through_a_program_once() {
    for script in [SPLIT, SPLIT_FAST] {
        let run = Run::start(
            &chain(python(script), &["id", "word"]),
            &json!({}),
            Plan {
                ids: 3_000,
                ..Plan::default()
            },
        );
        run.finish();
        run.assert_books(3_000, "middle");
        assert_eq!(run.book.values(), words(3_000));
        assert_eq!(run.counts("middle").emitted, 9_000);
        let (notes, _) = run.stop();
        assert_eq!(*notes.errors.lock().unwrap(), [] as [String; 0]);
    }
}

#[test]
fn each_task_has_a_program_of_its_own() {
    let mut components = chain(
        python(
            "import os\ndef process(tup):\n    emit([os.getpid(), tup['tuple'][0]], anchors=tup['id'])\n    ack(tup)\nbolt(process)",
        ),
        &["pid", "id"],
    );
    components[1]["tasks"] = json!(4);
    components[1]["executors"] = json!(2);
    let run = Run::start(
        &components,
        &json!({}),
        Plan {
            ids: 400,
            ..Plan::default()
        },
    );
    run.finish();
    run.assert_books(400, "middle");
    let values = run.book.values();
    let mut pids: Vec<&str> = values.iter().map(|value| value.split(',').next().unwrap()).collect();
    pids.dedup();
    assert_eq!(pids.len(), 4, "{values:?}");
    run.stop();
}

#[test]
fn task_ids_come_in_the_order_of_the_emits() {
    // ids of the tasks that got each tuple, by key: fields grouping sends a key to the same task each time
    let script = "
def process(tup):
    got = [emit([key], anchors=[tup['id']]) for key in range(5)]
    emit([99], anchors=[tup['id']], need_task_ids=False)
    again = [emit([key], anchors=[tup['id']]) for key in range(5)]
    if got != again or any(len(ids) != 1 for ids in got): send({'command': 'error', 'msg': str([got, again])})
    send({'command': 'log', 'msg': str(got)})
    ack(tup)
bolt(process)
";
    let mut components = chain(python(script), &["key"]);
    components[2]["tasks"] = json!(5);
    components[2]["executors"] = json!(2);
    components[2]["sources"] = json!([source("middle", json!({"type": "fields", "fields": ["key"]}))]);
    let run = Run::start(
        &components,
        &json!({}),
        Plan {
            ids: 200,
            ..Plan::default()
        },
    );
    run.finish();
    run.assert_books(200, "middle");
    let (notes, _) = run.stop();
    assert_eq!(*notes.errors.lock().unwrap(), [] as [String; 0]);
    let mut lines = notes.lines.lock().unwrap().clone();
    lines.dedup();
    assert_eq!(lines.len(), 1, "{lines:?}");
}

#[test]
fn a_program_may_emit_to_named_streams_and_to_one_task() {
    let script = "
setup = handshake()
readers = sorted(int(task) for task, name in setup['context']['task->component'].items() if name == 'last')
while True:
    tup = command()
    if tup['stream'] == '__heartbeat':
        send({'command': 'sync'})
        continue
    id = tup['tuple'][0]
    emit([id], stream='chosen', task=readers[id % len(readers)], anchors=[tup['id']])
    assert emit([id, 'nobody'], anchors=[tup['id']]) == []
    ack(tup)
";
    let mut components = chain(python(script), &["id", "x"]);
    components[1]["streams"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "chosen", "fields": ["id"], "direct": true, "at": "t.rb:1"}));
    components[2]["tasks"] = json!(3);
    components[2]["sources"] =
        json!([{"component": "middle", "stream": "chosen", "grouping": {"type": "direct"}, "at": "t.rb:1"}]);
    let run = Run::start(
        &components,
        &json!({}),
        Plan {
            ids: 90,
            ..Plan::default()
        },
    );
    run.finish();
    run.assert_books(90, "middle");
    assert_eq!(run.book.sunk.lock().unwrap().len(), 90);
    assert_eq!(run.errors(), [] as [String; 0]);
    run.stop();
}

#[test]
fn a_tuple_may_have_several_anchors() {
    // emits one tuple for each two, anchored to both; every third one that comes out is failed once by the spout's tree
    let script = "
held = []
def process(tup):
    held.append(tup)
    if len(held) == 2:
        emit([held[0]['tuple'][0], held[1]['tuple'][0]], anchors=[t['id'] for t in held] + [held[0]['id']])
        for t in held: ack(t)
        held.clear()
bolt(process)
";
    let run = Run::start(
        &chain(python(script), &["a", "b"]),
        &json!({}),
        Plan {
            ids: 500,
            ..Plan::default()
        },
    );
    run.finish();
    run.assert_books(500, "middle");
    assert_eq!(run.book.sunk.lock().unwrap().len(), 250);
    run.stop();
}

#[test]
fn a_failed_tuple_comes_again() {
    let script = "
seen = set()
def process(tup):
    id = tup['tuple'][0]
    if id in seen: ack(tup)
    else:
        seen.add(id)
        fail(tup)
bolt(process)
";
    let run = Run::start(
        &chain(python(script), &["x"]),
        &json!({}),
        Plan {
            ids: 300,
            ..Plan::default()
        },
    );
    run.finish();
    run.assert_books(300, "middle");
    let counts = run.counts("middle");
    assert_eq!((counts.acked, counts.failed), (300, 300));
    run.stop();
}

#[test]
fn ticks_come_and_are_acked() {
    let script = "
def process(tup):
    if tup['comp'] == '__system':
        emit([tup['stream'], tup['tuple'][0], tup['task']], anchors=[tup['id']])
    ack(tup)
bolt(process)
";
    let mut components = chain(python(script), &["stream", "seconds", "task"]);
    components[1]["config"] = json!({"topology.tick.tuple.freq.secs": 0.05});
    let run = Run::start(
        &components,
        &json!({}),
        Plan {
            ids: 1,
            ..Plan::default()
        },
    );
    run.until("three ticks", || run.book.sunk.lock().unwrap().len() >= 3);
    assert_eq!(run.book.values()[0], "[\"__tick\",0.05,-1]");
    let counts = run.counts("middle");
    assert_eq!((counts.executed, counts.acked), (1, 1), "ticks are not tuples");
    run.stop();
}

#[test]
fn what_a_program_says_reaches_the_journal() {
    let script = "
import sys
def process(tup):
    for level in range(5): send({'command': 'log', 'msg': 'level %d' % level, 'level': level})
    send({'command': 'error', 'msg': 'that was wrong'})
    send({'command': 'metrics', 'name': 'lines', 'params': 3})
    send({'command': 'metrics', 'name': 'lines', 'params': 4})
    send({'command': 'metrics', 'name': 'odd', 'params': [1]})
    print('to stderr', file=sys.stderr, flush=True)
    ack(tup)
bolt(process)
";
    let run = Run::start(
        &chain(python(script), &["x"]),
        &json!({}),
        Plan {
            ids: 1,
            ..Plan::default()
        },
    );
    run.finish();
    run.until("stderr is read", || {
        run.notes
            .lines
            .lock()
            .unwrap()
            .iter()
            .any(|line| line == "middle Info: to stderr")
    });
    let lines = run.notes.lines.lock().unwrap().clone();
    for (level, number) in [("Trace", 0), ("Debug", 1), ("Info", 2), ("Warn", 3), ("Error", 4)] {
        assert!(lines.contains(&format!("middle {level}: level {number}")), "{lines:?}");
    }
    assert_eq!(run.notes.counters.lock().unwrap()["middle.lines"], 7);
    let errors = run.errors();
    assert!(errors[0].ends_with("it reports: that was wrong"), "{errors:?}");
    assert!(errors[0].starts_with("middle: task 3 (pid "), "{errors:?}");
    assert!(
        errors[1].contains("metric `odd` with params [1]: a metric here is a counter"),
        "{errors:?}"
    );
    run.stop();
}

#[test]
fn a_full_queue_behind_a_program_stops_it_and_loses_nothing() {
    // ten emits of 1 kB for each tuple into a queue of eight tuples with a slow reader
    let script = "
def process(tup):
    for i in range(10): emit([tup['tuple'][0], 'x' * 1000], anchors=[tup['id']], need_task_ids=False)
    ack(tup)
bolt(process)
";
    let config = json!({"topology.executor.receive.buffer.size": 8, "topology.subprocess.timeout.secs": 1});
    let plan = Plan {
        ids: 400,
        text: "y".repeat(1_000),
        delay: Duration::from_micros(300),
        ..Plan::default()
    };
    let run = Run::start(&chain(python(script), &["id", "x"]), &config, plan);
    run.finish();
    run.assert_books(400, "middle");
    assert_eq!(run.book.sunk.lock().unwrap().len(), 4_000);
    assert_eq!(run.errors(), [] as [String; 0]);
    run.stop();
}

#[test]
fn both_pipes_full_is_no_deadlock() {
    // a program that reads nothing while it writes far more than a pipe holds, and gets far more than a pipe holds
    let script = "
def process(tup):
    emit([tup['tuple'][0], 'z' * 300000], anchors=[tup['id']], need_task_ids=False)
    ack(tup)
bolt(process)
";
    let plan = Plan {
        ids: 60,
        text: "y".repeat(300_000),
        ..Plan::default()
    };
    let run = Run::start(&chain(python(script), &["id", "x"]), &json!({}), plan);
    run.finish();
    run.assert_books(60, "middle");
    run.stop();
}

#[test]
fn lines_of_ten_megabytes_work_both_ways() {
    let script = "
def process(tup):
    emit([tup['tuple'][0], tup['tuple'][1] + '!'], anchors=[tup['id']])
    ack(tup)
bolt(process)
";
    let plan = Plan {
        ids: 3,
        text: "ü".repeat(5_000_000),
        ..Plan::default()
    };
    let run = Run::start(&chain(python(script), &["id", "x"]), &json!({}), plan);
    run.finish();
    run.assert_books(3, "middle");
    let longest = run.book.values().iter().map(String::len).max().unwrap();
    assert_eq!(longest, "[0,\"!\"]".len() + 10_000_000);
    assert_eq!(run.errors(), [] as [String; 0]);
    run.stop();
}

#[test]
fn a_program_may_keep_more_tuples_than_wait_for_it() {
    // as libraries that collect batches do: acked only when all are there
    let script = "
held = []
def process(tup):
    held.append(tup)
    if len(held) == 2000:
        for t in held: ack(t)
bolt(process)
";
    let config = json!({"topology.shellbolt.max.pending": 5, "topology.max.spout.pending": 3000});
    let run = Run::start(
        &chain(python(script), &["x"]),
        &config,
        Plan {
            ids: 2_000,
            ..Plan::default()
        },
    );
    run.finish();
    run.assert_books(2_000, "middle");
    run.stop();
}

#[test]
fn programs_may_follow_each_other() {
    let mut components = chain(python(SPLIT_FAST), &["id", "text"]);
    let mut second = component("second", "bolt", python(SPLIT), &["id", "word"]);
    second["sources"] = json!([shuffle("middle")]);
    components[2]["sources"] = json!([shuffle("second")]);
    components.push(second);
    let run = Run::start(
        &components,
        &json!({}),
        Plan {
            ids: 500,
            ..Plan::default()
        },
    );
    run.finish();
    run.assert_books(500, "middle");
    assert_eq!(run.book.values(), words(500));
    run.stop();
}

#[test]
fn untracked_tuples_are_waited_for() {
    let config = json!({"topology.acker.executors": 0});
    let mut components = chain(python(SPLIT_FAST), &["id", "word"]);
    components[0] = component("lines", "spout", ruby(), &["id", "text"]);
    let run = Run::start(
        &components,
        &config,
        Plan {
            ids: 100,
            ..Plan::default()
        },
    );
    run.finish();
    assert_eq!(run.book.sunk.lock().unwrap().len(), 300);
    run.stop();
}

#[test]
fn a_value_without_json_text_fails_its_tuple_by_name() {
    use redgale_codec::Value;
    let plan = Plan {
        ids: 1,
        value: Some(Value::Bin(vec![0xff])),
        ..Plan::default()
    };
    let run = Run::start(&chain(python(SPLIT), &["id", "word"]), &json!({}), plan);
    run.until("it failed", || run.counts("middle").failed > 0);
    let error = run.errors()[0].clone();
    let what = "a tuple cannot be sent to it: a binary String of 1 bytes that are not UTF-8 has no JSON text";
    assert!(
        error.starts_with("middle: task 3 (pid ") && error.ends_with(what),
        "{error}"
    );
    run.stop();
}
