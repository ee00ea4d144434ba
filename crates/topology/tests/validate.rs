//! Every problem and warning of the validator, word for word: a message names the thing, what is allowed and the place.

use redgale_topology::model::{Model, Problem};
use redgale_topology::validate::validate;
use serde_json::{Value, json};

/// Place of the topology, of `lines`, of its stream, of `count`, of its source, of its stream.
fn valid() -> Value {
    json!({
        "format": 1, "name": "words", "class": "Words", "at": "words.rb:1",
        "components": [
            {"id": "lines", "kind": "spout", "implementation": {"ruby": {"class": "Lines"}}, "executors": 1, "tasks": 1,
             "at": "words.rb:10", "streams": [{"name": "default", "fields": ["line", "number"], "at": "words.rb:11"}]},
            {"id": "count", "kind": "bolt", "implementation": {"ruby": {"class": "Count"}}, "executors": 1, "tasks": 1,
             "at": "words.rb:20",
             "sources": [{"component": "lines", "stream": "default", "grouping": {"type": "shuffle"}, "at": "words.rb:21"}],
             "streams": [{"name": "default", "fields": ["word"], "at": "words.rb:22"}]}
        ]
    })
}

/// A valid topology, changed at some places.
fn with<const N: usize>(changes: [(&str, Value); N]) -> Model {
    let mut model = valid();
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        match model.pointer_mut(parent).unwrap() {
            Value::Object(map) => drop(map.insert(key.to_owned(), value)),
            Value::Array(list) if key == "-" => list.push(value),
            Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
            other => panic!("{parent} is {other}"),
        }
    }
    serde_json::from_value(model).unwrap()
}

fn lines(list: &[Problem]) -> Vec<String> {
    list.iter()
        .map(|problem| format!("{} {}", problem.at, problem.message))
        .collect()
}

#[track_caller]
fn problems<const N: usize, const M: usize>(changes: [(&str, Value); N], expected: [&str; M]) {
    let report = validate(&with(changes));
    assert_eq!(lines(&report.problems), expected);
    assert_eq!(lines(&report.warnings), [] as [&str; 0]);
}

#[track_caller]
fn warnings<const N: usize, const M: usize>(changes: [(&str, Value); N], expected: [&str; M]) {
    let report = validate(&with(changes));
    assert_eq!(lines(&report.problems), [] as [&str; 0]);
    assert_eq!(lines(&report.warnings), expected);
}

fn bolt(id: &str, line: u32, source: &str) -> Value {
    json!({"id": id, "kind": "bolt", "implementation": {"ruby": {"class": "Bolt"}}, "executors": 1, "tasks": 1,
        "at": format!("words.rb:{line}"),
        "sources": [{"component": source, "stream": "default", "grouping": {"type": "shuffle"},
            "at": format!("words.rb:{}", line + 1)}],
        "streams": [{"name": "default", "fields": ["word"], "at": format!("words.rb:{}", line + 2)}]})
}

const SPOUT_STREAM: &str = "/components/0/streams/0";
const SOURCE: &str = "/components/1/sources/0";

#[test]
fn a_valid_topology_has_neither_problems_nor_warnings() {
    problems([], []);
}

#[test]
fn what_the_dsl_found_is_part_of_the_report() {
    problems(
        [(
            "/problems",
            json!([{"at": "words.rb:5", "message": "`wrong` is no option"}]),
        )],
        ["words.rb:5 `wrong` is no option"],
    );
}

#[test]
fn problems_are_sorted_by_file_and_line_number_and_told_once() {
    let wrong = |at: &str| json!({"at": at, "message": "wrong"});
    let list = ["b.rb:2", "a.rb:10", "a.rb:9", "a.rb:10", "nowhere"].map(wrong);
    problems(
        [("/problems", json!(list))],
        ["a.rb:9 wrong", "a.rb:10 wrong", "b.rb:2 wrong", "nowhere wrong"],
    );
}

#[test]
fn a_topology_needs_a_name_that_storm_takes() {
    for name in ["", "a/b", "a.b", "a:b", "a\\b"] {
        let told = format!(
            "words.rb:1 topology name `{name}` is empty or has one of the characters / . : \\, which Storm does not allow"
        );
        problems([("/name", json!(name))], [told.as_str()]);
    }
}

#[test]
fn a_topology_needs_a_spout() {
    let report = validate(&with([(
        "/components",
        json!([bolt("a", 30, "b"), bolt("b", 40, "a")]),
    )]));
    assert_eq!(lines(&report.problems), ["words.rb:1 topology `words` has no spout"]);
}

#[test]
fn an_id_is_taken_once() {
    problems(
        [("/components/-", bolt("count", 30, "lines"))],
        ["words.rb:30 id `count` is taken by the component at words.rb:20: give one of them an `id:`"],
    );
}

#[test]
fn an_id_is_not_empty_and_not_reserved() {
    problems([("/components/1/id", json!(""))], ["words.rb:20 an id is empty"]);
    problems(
        [("/components/1/id", json!("__acker"))],
        ["words.rb:20 id `__acker` is reserved: ids do not start with __"],
    );
}

#[test]
fn executors_and_tasks_are_at_least_one() {
    problems(
        [("/components/1/executors", json!(0))],
        ["words.rb:20 `count` has 0 executors and 1 tasks: at least one of each is needed"],
    );
    problems(
        [("/components/1/tasks", json!(0))],
        ["words.rb:20 `count` has 1 executors and 0 tasks: at least one of each is needed"],
    );
}

#[test]
fn an_executor_needs_a_task() {
    problems(
        [("/components/1/executors", json!(3)), ("/components/1/tasks", json!(2))],
        ["words.rb:20 `count` has 3 executors (parallelism) for 2 tasks: an executor needs at least one task"],
    );
}

#[test]
fn tasks_have_an_upper_bound_in_one_component_and_in_all() {
    problems(
        [("/components/1/tasks", json!(100_001))],
        ["words.rb:20 `count` has 100001 tasks: at most 100000 are possible"],
    );
    problems(
        [("/components/1/tasks", json!(100_000))],
        ["words.rb:1 topology `words` has 100001 tasks in all: at most 100000 are possible"],
    );
    problems([("/components/1/tasks", json!(99_999))], []);
}

#[test]
fn a_stream_has_a_name_of_its_own_that_is_not_reserved() {
    problems(
        [(
            "/components/0/streams/-",
            json!({"name": "__ack", "fields": ["a"], "at": "words.rb:12"}),
        )],
        ["words.rb:12 stream `__ack` of `lines` is reserved: stream names do not start with __"],
    );
    problems(
        [(
            "/components/0/streams/-",
            json!({"name": "", "fields": ["a"], "at": "words.rb:12"}),
        )],
        ["words.rb:12 a stream of `lines` has an empty name"],
    );
    problems(
        [(
            "/components/0/streams/-",
            json!({"name": "default", "fields": ["a"], "at": "words.rb:12"}),
        )],
        ["words.rb:12 stream `default` of `lines` is declared twice: the first declaration is at words.rb:11"],
    );
}

#[test]
fn a_field_has_a_name_of_its_own_that_is_not_reserved() {
    let fields = |fields: &[&str]| ("/components/0/streams/0/fields", json!(fields));
    problems(
        [fields(&["a", "b", "a"])],
        ["words.rb:11 stream `default` of `lines` has field `a` twice"],
    );
    problems(
        [fields(&["__a"])],
        ["words.rb:11 field `__a` of stream `default` of `lines` is reserved: fields do not start with __"],
    );
    problems(
        [fields(&["a", ""])],
        ["words.rb:11 stream `default` of `lines` has a field with an empty name"],
    );
}

#[test]
fn a_bolt_needs_a_source() {
    problems(
        [("/components/1/sources", json!([]))],
        ["words.rb:20 bolt `count` has no source: its block needs `source ...`"],
    );
}

#[test]
fn a_source_that_ruby_could_not_read_is_told_once() {
    problems(
        [
            ("/components/1/sources", json!([])),
            (
                "/problems",
                json!([{"at": "words.rb:21", "message": "source of `count`: no class"}]),
            ),
        ],
        ["words.rb:21 source of `count`: no class"],
    );
}

#[test]
fn a_spout_has_no_source() {
    problems(
        [(
            "/components/0/sources",
            json!([{"component": "nobody", "stream": "default", "grouping": {"type": "shuffle"}, "at": "words.rb:13"}]),
        )],
        [
            "words.rb:13 source of `lines`: no component `nobody`; there are: lines, count",
            "words.rb:13 spout `lines` has a source: only bolts read streams",
        ],
    );
}

#[test]
fn a_source_names_a_component_that_exists() {
    let report = validate(&with([("/components/1/sources/0/component", json!("line"))]));
    assert_eq!(
        lines(&report.problems),
        ["words.rb:21 source of `count`: no component `line` (did you mean `lines`?); there are: lines, count"]
    );
    assert_eq!(
        lines(&report.warnings),
        ["words.rb:20 no spout leads to `count`: it will never get a tuple"]
    );
}

#[test]
fn a_source_names_a_stream_that_is_declared() {
    problems(
        [
            (
                "/components/0/streams/-",
                json!({"name": "errors", "fields": ["a"], "at": "words.rb:12"}),
            ),
            ("/components/1/sources/0/stream", json!("error")),
        ],
        [
            "words.rb:21 source of `count`: `lines` has no stream `error` (did you mean `errors`?); it declares: default, errors",
        ],
    );
}

#[test]
fn a_stream_that_is_read_has_fields() {
    problems(
        [(format!("{SPOUT_STREAM}/fields").as_str(), json!([]))],
        ["words.rb:21 source of `count`: stream `default` of `lines` has no fields: it needs output_fields"],
    );
}

#[test]
fn a_grouping_names_fields_that_are_declared() {
    for grouping in ["fields", "partial_key"] {
        let by = |fields: &[&str]| {
            (
                format!("{SOURCE}/grouping"),
                json!({"type": grouping, "fields": fields}),
            )
        };
        let (pointer, value) = by(&["numbr", "line"]);
        problems(
            [(&pointer, value)],
            [
                "words.rb:21 source of `count`: field `numbr` is not declared by stream `default` of `lines` (did you mean `number`?); it has: line, number",
            ],
        );
        let (pointer, value) = by(&[]);
        let told = format!("words.rb:21 source of `count`: a {grouping} grouping needs a field");
        problems([(&pointer, value)], [told.as_str()]);
        let (pointer, value) = by(&["number", "line"]);
        problems([(&pointer, value)], []);
    }
}

#[test]
fn a_direct_stream_is_read_directly_and_no_other_is() {
    let direct = "/components/0/streams/0/direct";
    let grouping = "/components/1/sources/0/grouping";
    problems(
        [(grouping, json!({"type": "direct"}))],
        ["words.rb:21 source of `count`: stream `default` of `lines` is not direct: declare it with `direct: true`"],
    );
    problems(
        [(direct, json!(true))],
        ["words.rb:21 source of `count`: stream `default` of `lines` is direct: read it with `source ..., :direct`"],
    );
    problems([(direct, json!(true)), (grouping, json!({"type": "direct"}))], []);
}

#[test]
fn a_stream_that_is_read_twice_is_odd() {
    warnings(
        [(
            "/components/1/sources/-",
            json!({"component": "lines", "stream": "default", "grouping": {"type": "all"}, "at": "words.rb:23"}),
        )],
        ["words.rb:23 `count` reads stream `default` of `lines` twice: it gets every tuple once for each source"],
    );
}

#[test]
fn a_component_that_no_spout_leads_to_is_odd() {
    let report = validate(&with([
        ("/components/-", bolt("a", 30, "b")),
        ("/components/-", bolt("b", 40, "a")),
    ]));
    assert_eq!(lines(&report.problems), [] as [&str; 0]);
    assert_eq!(
        lines(&report.warnings),
        [
            "words.rb:30 `b` -> `a` closes a cycle: a full queue on it fails the tuple's root instead of waiting",
            "words.rb:30 no spout leads to `a`: it will never get a tuple",
            "words.rb:40 no spout leads to `b`: it will never get a tuple",
        ]
    );
}

#[test]
fn a_cycle_is_odd_at_the_edge_that_closes_it() {
    let back = json!({"component": "next", "stream": "default", "grouping": {"type": "shuffle"}, "at": "words.rb:23"});
    warnings(
        [
            ("/components/1/sources/-", back),
            ("/components/-", bolt("next", 30, "count")),
        ],
        ["words.rb:20 `next` -> `count` closes a cycle: a full queue on it fails the tuple's root instead of waiting"],
    );
}

#[test]
fn a_reserved_key_must_be_known() {
    for (key, told) in [
        ("storm.x", ""),
        (
            "topology.max.spout.pendin",
            " (did you mean `topology.max.spout.pending`?)",
        ),
        (
            "topology.shutdown.timeout.secs",
            " (did you mean `redgale.shutdown.timeout.secs`?)",
        ),
    ] {
        let told = format!("words.rb:1 unknown configuration key `{key}`{told}");
        problems([("/config", json!({key: 1}))], [told.as_str()]);
    }
}

#[test]
fn the_users_own_keys_are_not_looked_at() {
    problems([("/config", json!({"bucket": {"size": [1]}, "topologies": 3}))], []);
}

#[test]
fn a_key_is_told_with_the_place_where_it_was_set() {
    problems(
        [
            ("/config", json!({"topology.debug": 1, "topology.workers": "x"})),
            ("/config_at", json!({"topology.debug": "words.rb:3"})),
            (
                "/components/1/config",
                json!({"topology.tasks": 0, "topology.debug": "no"}),
            ),
            ("/components/1/config_at", json!({"topology.tasks": "words.rb:24"})),
        ],
        [
            "words.rb:1 `topology.workers` takes a whole number from 1, not \"x\"",
            "words.rb:3 `topology.debug` takes true or false, not 1",
            "words.rb:20 `topology.debug` takes true or false, not \"no\"",
            "words.rb:24 `topology.tasks` takes a whole number from 1, not 0",
        ],
    );
}

#[test]
fn a_value_has_the_type_of_its_key() {
    let cases = [
        (
            "topology.name",
            "a String",
            vec![json!(1), json!(["a"])],
            vec![json!("a")],
        ),
        (
            "topology.max.spout.pending",
            "a whole number from 1",
            vec![json!(0), json!(-1), json!(1.5), json!("7"), json!(true)],
            vec![json!(1), json!(1_000_000)],
        ),
        (
            "topology.acker.executors",
            "a whole number from 0",
            vec![json!(-1), json!(0.5)],
            vec![json!(0), json!(3)],
        ),
        (
            "topology.message.timeout.secs",
            "seconds above 0",
            vec![json!(0), json!(-1.5), json!("30")],
            vec![json!(30), json!(0.25)],
        ),
        (
            "topology.enable.message.timeouts",
            "true or false",
            vec![json!(0), json!("true")],
            vec![json!(true), json!(false)],
        ),
    ];
    for (key, wanted, wrong, right) in cases {
        for value in wrong {
            let told = format!("words.rb:1 `{key}` takes {wanted}, not {value}");
            problems([("/config", json!({key: value}))], [told.as_str()]);
        }
        for value in right.into_iter().chain([Value::Null]) {
            problems([("/config", json!({key: value}))], []);
        }
    }
}

#[test]
fn more_than_one_worker_is_not_available_yet() {
    problems(
        [("/config", json!({"topology.workers": 2}))],
        ["words.rb:1 `topology.workers` 2: more than one worker process is not available yet; only 1 is possible"],
    );
    problems([("/config", json!({"topology.workers": 1}))], []);
}

#[test]
fn a_key_without_effect_is_odd_whatever_its_value() {
    warnings(
        [(
            "/config",
            json!({"topology.worker.childopts": [1], "storm.local.dir": "/tmp"}),
        )],
        [
            "words.rb:1 `storm.local.dir` has no effect here: a local run keeps nothing on disk",
            "words.rb:1 `topology.worker.childopts` has no effect here: JVM options",
        ],
    );
}

/// The bolt of `valid`, as a program.
fn shell(shell: Value) -> (&'static str, Value) {
    ("/components/1/implementation", json!({ "shell": shell }))
}

#[test]
fn a_program_is_named_by_what_can_be_started() {
    problems(
        [shell(
            json!({"command": "python3", "arguments": ["split.py"], "directory": "/tmp", "environment": {"A": "b"}}),
        )],
        [],
    );
    problems(
        [shell(json!({"command": ""}))],
        ["words.rb:20 `count` has an empty command: shell takes the name of a program"],
    );
    problems(
        [shell(json!({"command": "python3", "arguments": ["a\0b"]}))],
        ["words.rb:20 `count`: its command, arguments, directory or environment contain a NUL character"],
    );
    problems(
        [shell(json!({"command": "python3", "environment": {"A=B": "c"}}))],
        ["words.rb:20 `count`: `A=B` cannot be the name of an environment variable"],
    );
}

#[test]
fn a_program_cannot_ask_a_custom_grouping() {
    let mut reader = bolt("last", 30, "count");
    reader["sources"][0]["grouping"] = json!({"type": "custom", "index": 0});
    problems(
        [shell(json!({"command": "python3"})), ("/components/-", reader)],
        [
            "words.rb:31 source of `last`: stream `default` of `count` comes from a program: a custom grouping is a Ruby \
          object, which it cannot ask",
        ],
    );
}
