//! Programs that do not do as they should: their tuples fail at once, they are started again, everything else goes on.

mod support;

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use support::{Plan, Run, chain, component, python, shuffle};

/// Starts of a program, so that it can behave the second time: appends a byte to a file and gives its size.
fn nth_start(name: &str) -> (std::path::PathBuf, String) {
    let path = std::env::temp_dir().join(format!("redgale-test-{}-{name}", std::process::id()));
    let _ = fs::remove_file(&path);
    let script = format!(
        "
import os
with open({path:?}, 'a') as file: file.write('x')
start = os.path.getsize({path:?})
"
    );
    (path, script)
}

/// Runs 300 tuples through a program that misbehaves at its first start, when it got tuple 100, and gives the errors.
fn survives(name: &str, misbehave: &str) -> Vec<String> {
    let (path, start) = nth_start(name);
    let script = format!(
        "{start}
import sys, time
def misbehave(tup):
    {misbehave}
def process(tup):
    if start == 1 and tup['tuple'][0] == 100: misbehave(tup)
    emit([tup['tuple'][0]], anchors=[tup['id']], need_task_ids=False)
    ack(tup)
bolt(process)
"
    );
    let config = json!({"topology.subprocess.timeout.secs": 1.0});
    // a second program that nothing may happen to
    let mut components = chain(python(&script), &["id"]);
    let mut other = component("other", "bolt", python("bolt(ack)"), &["x"]);
    other["sources"] = json!([shuffle("lines")]);
    components.push(other);
    let run = Run::start(
        &components,
        &config,
        Plan {
            ids: 300,
            ..Plan::default()
        },
    );
    run.finish();
    run.assert_books(300, "middle");
    let failed = run.counts("middle").failed;
    assert!(failed > 0, "its tuples failed");
    assert_eq!(run.counts("other").failed, 0);
    assert_eq!(fs::read(&path).unwrap(), b"xx", "started twice");
    let (notes, book) = run.stop();
    assert_eq!(book.failed.load(std::sync::atomic::Ordering::SeqCst), failed);
    let _ = fs::remove_file(path);
    let errors = notes.errors.lock().unwrap().clone();
    assert!(
        errors.iter().all(|error| error.starts_with("middle: task ")),
        "{errors:?}"
    );
    errors
}

#[track_caller]
fn assert_says(errors: &[String], words: &[&str]) {
    assert_eq!(errors.len(), 1, "{errors:#?}");
    for word in words {
        assert!(errors[0].contains(word), "{word:?} is not in {errors:#?}");
    }
}

#[test]
fn one_that_exits() {
    let errors = survives(
        "exits",
        "print('the reason', file=sys.stderr); sys.stderr.flush(); os._exit(3)",
    );
    assert_says(
        &errors,
        &[
            "(pid ",
            "it ended (exit status 3; the last of its stderr:\n    the reason)",
            "it is started again in 0.1 s",
        ],
    );
}

#[test]
fn one_that_is_killed() {
    let errors = survives("killed", "os.kill(os.getpid(), 9)");
    assert_says(&errors, &["it ended (signal 9)"]);
}

#[test]
fn one_that_exits_while_what_it_started_holds_its_stdout() {
    let errors = survives(
        "held",
        "import subprocess; subprocess.Popen(['sleep', '100']); os._exit(4)",
    );
    assert_says(&errors, &["it ended (exit status 4"]);
}

#[test]
fn one_that_asks_for_task_ids_and_never_reads() {
    // the ids of as many tuples wait as the bound allows; then it is not read any more, and its time runs
    let errors = survives(
        "deaf",
        "\n        while True: os.write(1, b'{\"command\":\"emit\",\"tuple\":[-1]}\\nend\\n' * 1000)",
    );
    assert_says(
        &errors,
        &["it gave no sign of life for 1 s (topology.subprocess.timeout.secs) (it was killed)"],
    );
}

#[test]
fn one_that_hangs() {
    let errors = survives("hangs", "time.sleep(1000)");
    assert_says(
        &errors,
        &["it gave no sign of life for 1 s (topology.subprocess.timeout.secs) (it was killed)"],
    );
}

#[test]
fn one_that_never_answers_heartbeats() {
    // it goes on with tuples, but there are none any more: only heartbeats are left
    let (path, start) = nth_start("heartbeats");
    let script = format!(
        "{start}
handshake()
while True:
    tup = command()
    if tup['stream'] != '__heartbeat': ack(tup)
    elif start > 1: send({{'command': 'sync'}})
"
    );
    let config = json!({"topology.subprocess.timeout.secs": 0.5});
    let run = Run::start(
        &chain(python(&script), &["x"]),
        &config,
        Plan {
            ids: 10,
            ..Plan::default()
        },
    );
    run.finish();
    run.until("it is started again", || fs::read(&path).unwrap().len() == 2);
    run.assert_books(10, "middle");
    std::thread::sleep(Duration::from_secs(3));
    let (notes, _) = run.stop();
    assert_says(&notes.errors.lock().unwrap(), &["it gave no sign of life for 0.5 s"]);
    assert_eq!(fs::read(&path).unwrap().len(), 2);
    let _ = fs::remove_file(path);
}

#[test]
fn one_that_writes_garbage() {
    let errors = survives("garbage", "print('hello, this is no message'); sys.stdout.flush()");
    assert_says(
        &errors,
        &[
            "it is not a message of the protocol (byte 0: an object is needed here)",
            "it sent: hello, this is no message",
        ],
    );
}

#[test]
fn one_that_forgets_tuples_gets_others_and_its_late_acks_are_no_fault() {
    let script = "
held, late = set(), []
def process(tup):
    id = tup['tuple'][0]
    if id % 20 == 0 and id not in held:
        held.add(id)
        late.append(tup)
        return
    ack(tup)
    if len(held) == 15:
        while late: ack(late.pop())
bolt(process)
";
    let config = json!({"topology.message.timeout.secs": 0.5, "topology.executor.receive.buffer.size": 8});
    let plan = Plan {
        ids: 300,
        ..Plan::default()
    };
    let run = Run::start(&chain(python(script), &["id"]), &config, plan);
    run.finish();
    run.assert_books(300, "middle");
    let errors = run.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("it neither acked nor failed a tuple within topology.message.timeout.secs"));
    run.stop();
}

#[test]
fn one_that_ends_within_a_message() {
    let errors = survives("half", "os.write(1, b'{\"command\":\"emi'); os._exit(0)");
    assert_says(
        &errors,
        &["it ended within a message: {\"command\":\"emi (exit status 0)"],
    );
}

#[test]
fn one_that_acks_an_unknown_id() {
    let errors = survives("unknown", "ack({'id': '987654321'})");
    assert_says(
        &errors,
        &["it has no tuple with id `987654321`; it sent: {\"command\": \"ack\", \"id\": \"987654321\"}"],
    );
}

#[test]
fn one_that_acks_twice() {
    let errors = survives("twice", "ack(tup); ack(tup)");
    assert_says(&errors, &["it has no tuple with id `"]);
}

#[test]
fn one_that_anchors_to_a_tuple_that_is_done() {
    let errors = survives(
        "anchors",
        "ack(tup); emit([1], anchors=[tup['id']], need_task_ids=False)",
    );
    assert_says(&errors, &["it has no tuple with id `"]);
}

#[test]
fn one_that_writes_without_end() {
    let errors = survives("endless", "\n    while True: os.write(1, b'x' * 1000000)");
    assert_says(&errors, &["a message is longer than 67108864 bytes"]);
}

#[test]
fn one_that_closes_its_pipes() {
    let errors = survives("closes", "os.close(1); os.close(0); time.sleep(1000)");
    assert_says(&errors, &["it ended (it was killed)"]);
}

/// Runs 50 tuples through a program that goes on, and gives the errors.
fn goes_on(process: &str) -> (Vec<String>, Vec<String>) {
    let script =
        format!("import sys, os\ndef process(tup):\n    first = tup['tuple'][0] == 7\n{process}\nbolt(process)");
    let run = Run::start(
        &chain(python(&script), &["id"]),
        &json!({}),
        Plan {
            ids: 50,
            ..Plan::default()
        },
    );
    run.finish();
    run.assert_books(50, "middle");
    let (notes, _) = run.stop();
    let lines = notes.lines.lock().unwrap().clone();
    (notes.errors.lock().unwrap().clone(), lines)
}

#[test]
fn an_unknown_command_is_an_error_and_no_more() {
    let (errors, _) = goes_on("    if first: send({'command': 'dance', 'with': 'me'})\n    ack(tup)");
    assert_says(
        &errors,
        &[
            "it sent the unknown command `dance`: {\"command\": \"dance\", \"with\": \"me\"}",
            "(pid ",
        ],
    );
}

#[test]
fn an_emit_that_cannot_be_fails_its_tuples() {
    let bad = "
    global bad
    if first and bad < 4:
        bad += 1
        got = [lambda: emit([1], stream='nowhere', anchors=[tup['id']]), lambda: emit([1, 2], anchors=[tup['id']]),
            lambda: emit([1], task=1, anchors=[tup['id']]), lambda: emit([], anchors=[tup['id']])][bad - 1]()
        if got not in (None, []): send({'command': 'error', 'msg': repr(got)})
    ack(tup)
bad = 0";
    let (errors, _) = goes_on(bad);
    assert_eq!(errors.len(), 4, "{errors:#?}");
    for (error, what) in errors.iter().zip([
        "there is no stream `nowhere`: it declares `default`; it sent: {",
        "stream `default` has 1 fields (id), but the tuple has 2 values",
        "stream `default` is not direct",
        "stream `default` has 1 fields (id), but the tuple has 0 values",
    ]) {
        assert!(
            error.contains(&format!("it emitted what cannot be emitted: {what}")),
            "{error}"
        );
    }
}

#[test]
fn a_flood_on_stderr_does_no_harm() {
    let (errors, lines) = goes_on(
        "
    if first:
        for i in range(200000): sys.stderr.write('flood %d\\n' % i)
        sys.stderr.flush()
    ack(tup)",
    );
    assert_eq!(errors, [] as [String; 0]);
    assert!(lines.len() < 2_000, "{} lines", lines.len());
    assert!(
        lines
            .iter()
            .any(|line| line.ends_with("lines of its stderr were not logged")),
        "{:?}",
        lines.last()
    );
}

fn missing(implementation: Json) -> String {
    let run = Run::start(
        &chain(implementation, &["id"]),
        &json!({}),
        Plan {
            ids: 0,
            ..Plan::default()
        },
    );
    let error = run.errors()[0].clone();
    run.stop();
    error
}

#[test]
fn a_program_that_cannot_be_started_is_named() {
    let error = missing(json!({"shell": {"command": "no-such-program"}}));
    assert_eq!(
        error,
        "middle: task 3: `no-such-program` cannot be started: No such file or directory (os error 2); its tuples fail, it is \
         started again in 0.1 s"
    );
    let error = missing(json!({"shell": {"command": "python3", "arguments": ["/no/such/file.py"]}}));
    assert!(
        error.contains("it ended (exit status 2; the last of its stderr:\n"),
        "{error}"
    );
    assert!(error.contains("No such file or directory"), "{error}");
}

#[test]
fn a_program_that_says_anything_before_its_pid_is_refused() {
    let error = missing(python("read()\nsend({'command': 'sync'})\nread()"));
    assert!(
        error.contains("it sent something else before its pid: {\"command\": \"sync\"}"),
        "{error}"
    );
}

#[test]
fn tuples_of_a_program_that_stays_down_fail_and_others_go_on() {
    // `middle` dies at its first tuple and at each start; `other` reads the same spout
    let (path, start) = nth_start("down");
    let script = format!("{start}\nif start > 1: sys.exit(1)\nhandshake()\ncommand()\n");
    let mut components = chain(python(&script), &["id"]);
    let mut other = component("other", "bolt", python("bolt(ack)"), &["x"]);
    other["sources"] = json!([shuffle("lines")]);
    components.push(other);
    let config = json!({"topology.max.spout.pending": 5});
    let run = Run::start(
        &components,
        &config,
        Plan {
            ids: 5,
            ..Plan::default()
        },
    );
    // five seconds they wait, then they fail again and again
    let started = Instant::now();
    run.until("tuples fail", || run.counts("middle").failed > 50);
    assert!(started.elapsed() > Duration::from_secs(4));
    run.until("others go on", || run.counts("other").acked > 50);
    assert_eq!(run.counts("other").failed, 0);
    assert!(run.errors().len() >= 5, "{:#?}", run.errors());
    assert!(
        run.errors()[3].ends_with("it is started again in 0.8 s"),
        "{:#?}",
        run.errors()
    );
    run.stop();
    let _ = fs::remove_file(path);
}

#[test]
fn programs_that_die_now_and_then_lose_nothing() {
    // two tasks, small queues, task ids: each program dies at one tuple of a thousand, in one of several ways
    let script = r#"
import os, random, sys, time
def process(tup):
    for word in tup['tuple'][1].split():
        if random.random() < 0.00015:
            random.choice([lambda: os._exit(1), lambda: os.kill(os.getpid(), 9), lambda: os.write(1, b'junk\nend\n'),
                lambda: os.write(1, b'{"comm'), lambda: fail({'id': '1'}), lambda: os.close(1)])()
        emit([tup['tuple'][0], word], anchors=[tup['id']], need_task_ids=random.random() < 0.5)
    ack(tup)
bolt(process)
"#;
    for queue in [4, 32_768] {
        let mut components = chain(python(script), &["id", "word"]);
        components[1]["tasks"] = json!(2);
        components[2]["tasks"] = json!(2);
        let config = json!({"topology.executor.receive.buffer.size": queue, "topology.max.spout.pending": 100,
            "topology.message.timeout.secs": 300});
        let run = Run::start(
            &components,
            &config,
            Plan {
                ids: 4_000,
                ..Plan::default()
            },
        );
        run.finish();
        run.assert_books(4_000, "middle");
        assert!(run.book.sunk.lock().unwrap().len() >= 12_000);
        run.stop();
    }
}
