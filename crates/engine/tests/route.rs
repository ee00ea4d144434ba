//! Each grouping of a planned topology against a model of who must get a tuple.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use redgale_codec::{Value, encode, fields_hash};
use redgale_engine::native::RowKeys;
use redgale_engine::route::{Keys, StreamRoutes, Target, routes_of};
use redgale_topology::model::Model;
use redgale_topology::plan::Plan;
use serde_json::{Value as Json, json};

const FIELDS: [&str; 3] = ["a", "b", "c"];

/// A spout with two executors whose stream (the second of two) is read by each of `readers`: (executors, tasks, grouping).
fn plan(readers: &[(u32, u32, Json)], direct: bool) -> Plan {
    let mut components = vec![json!({
        "id": "m", "kind": "spout", "implementation": {"ruby": {"class": "X"}}, "executors": 2, "tasks": 2, "at": "t.rb:1",
        "streams": [{"name": "unread", "fields": ["x"], "at": "t.rb:1"},
            {"name": "default", "fields": FIELDS, "direct": direct, "at": "t.rb:1"}]
    })];
    for (number, (executors, tasks, grouping)) in readers.iter().enumerate() {
        components.push(json!({
            "id": format!("{}{number}", if number.is_multiple_of(2) { "z" } else { "a" }), "kind": "bolt",
            "implementation": {"ruby": {"class": "X"}}, "executors": executors, "tasks": tasks, "at": "t.rb:1",
            "sources": [{"component": "m", "stream": "default", "grouping": grouping, "at": "t.rb:1"}]
        }));
    }
    let model: Model = serde_json::from_value(
        json!({"format": 1, "name": "t", "class": "T", "at": "t.rb:1", "components": components}),
    )
    .unwrap();
    Plan::new(&model)
}

/// Tasks of reader `number`, from its lowest id.
fn tasks_of(plan: &Plan, number: usize) -> Vec<u32> {
    let id = |component: &&redgale_topology::plan::PlannedComponent| component.id.ends_with(&number.to_string());
    plan.components.iter().find(id).unwrap().tasks.clone().collect()
}

/// The routes of one executor of the spout.
struct Emitter {
    stream: StreamRoutes,
    destinations: Vec<(usize, bool)>,
    rng: Rng,
}

impl Emitter {
    fn new(plan: &Plan, number: usize, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let spout = plan.components.iter().find(|component| component.id == "m").unwrap();
        let (streams, destinations) = routes_of(plan, spout.executors.start + number, &mut rng);
        let [_, stream] = <[StreamRoutes; 2]>::try_from(streams).unwrap();
        Emitter {
            stream,
            destinations,
            rng,
        }
    }

    /// The tasks that get a tuple, reader by reader in the order of their ids; checks that each lies where the plan says.
    fn emit(&mut self, plan: &Plan, keys: &mut impl Keys, to: Option<u32>) -> Vec<Vec<u32>> {
        let Emitter {
            stream,
            destinations,
            rng,
        } = self;
        let mut select = |route: &mut redgale_engine::route::Route| {
            let mut tasks = Vec::new();
            route.select(keys, to, rng, |_, Target { destination, to, task }| {
                let (executor, _) = destinations[destination as usize];
                assert_eq!(plan.place_of(task), (executor, to as usize));
                tasks.push(task);
            });
            tasks
        };
        stream.routes.iter_mut().map(&mut select).collect()
    }
}

/// A plan with one reader, and the tuples it gets from one emitter.
fn one_reader(size: (u32, u32), grouping: Json, rows: &[Vec<Value>], seed: u64) -> (Vec<u32>, Vec<Vec<u32>>) {
    let plan = plan(&[(size.0, size.1, grouping)], false);
    let mut emitter = Emitter::new(&plan, 1, seed);
    let got = rows
        .iter()
        .map(|row| emitter.emit(&plan, &mut RowKeys::new(row), None).remove(0));
    let got = got.collect();
    (tasks_of(&plan, 0), got)
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (0..5i64).prop_map(Value::Int),
        any::<f64>().prop_map(Value::Float),
        ".{0,40}".prop_map(Value::Str),
        "[a-z]{1,8}".prop_map(Value::Sym),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bin),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop::collection::vec(inner, 0..4).prop_map(Value::Array)
    })
}

fn rows() -> impl Strategy<Value = Vec<Vec<Value>>> {
    prop::collection::vec(prop::collection::vec(value(), 3), 1..30)
}

/// Executors and tasks.
fn size() -> impl Strategy<Value = (u32, u32)> {
    (1..5u32, 0..8u32).prop_map(|(executors, more)| (executors, executors + more))
}

/// The documented place of a key: xxh3 of the codec bytes of its fields, one after the other, scaled to the tasks.
fn place(row: &[Value], fields: &[usize], tasks: usize) -> usize {
    let mut bytes = Vec::new();
    fields.iter().for_each(|field| encode(&row[*field], &mut bytes));
    (u128::from(fields_hash(&bytes)) * tasks as u128 / (1 << 64)) as usize
}

fn counts(got: &[Vec<u32>]) -> BTreeMap<u32, usize> {
    let mut counts = BTreeMap::new();
    got.iter()
        .flatten()
        .for_each(|task| *counts.entry(*task).or_default() += 1);
    counts
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::with_cases(64)
    })]

    #[test]
    fn fields_go_where_the_hash_of_their_codec_bytes_says(size in size(), rows in rows(), seed: u64) {
        let (tasks, got) = one_reader(size, json!({"type": "fields", "fields": ["c", "a"]}), &rows, seed);
        let expected: Vec<Vec<u32>> = rows.iter().map(|row| vec![tasks[place(row, &[2, 0], tasks.len())]]).collect();
        prop_assert_eq!(got, expected);
    }

    #[test]
    fn a_partial_key_has_the_same_two_tasks_in_every_executor_and_uses_them_evenly(
        size in size(), keys in prop::collection::vec(value(), 1..8), seed: u64
    ) {
        let grouping = json!({"type": "partial_key", "fields": ["b"]});
        for key in keys {
            let rows = vec![vec![Value::Nil, key, Value::Nil]; 21];
            let plan = plan(&[(size.0, size.1, grouping.clone())], false);
            let pairs = [0, 1].map(|number| {
                let mut emitter = Emitter::new(&plan, number, seed.wrapping_add(number as u64));
                let got: Vec<Vec<u32>> =
                    rows.iter().map(|row| emitter.emit(&plan, &mut RowKeys::new(row), None).remove(0)).collect();
                assert!(got.iter().all(|tasks| tasks.len() == 1));
                counts(&got)
            });
            let of = |number: usize| pairs[number].keys().copied().collect::<BTreeSet<u32>>();
            prop_assert_eq!(of(0), of(1));
            prop_assert_eq!(of(0).len(), tasks_of(&plan, 0).len().min(2));
            let (least, most) = (pairs[0].values().min().unwrap(), pairs[0].values().max().unwrap());
            prop_assert!(most - least <= 1);
        }
    }

    #[test]
    fn a_partial_key_takes_the_task_its_executor_used_less(
        size in size(), picks in prop::collection::vec(0..6i64, 1..60), seed: u64
    ) {
        let grouping = json!({"type": "partial_key", "fields": ["b"]});
        let row = |key: i64| vec![Value::Nil, Value::Int(key), Value::Nil];
        // two tuples of one key alone: its first task and its second
        let pair = |key: i64| one_reader(size, grouping.clone(), &[row(key), row(key)], seed).1.concat();
        let rows: Vec<Vec<Value>> = picks.iter().map(|key| row(*key)).collect();
        let (_, got) = one_reader(size, grouping.clone(), &rows, seed);
        let mut used: BTreeMap<u32, usize> = BTreeMap::new();
        for (key, got) in picks.iter().zip(got) {
            let pair = pair(*key);
            let less = *pair.iter().min_by_key(|task| used.get(task).copied().unwrap_or(0)).unwrap();
            prop_assert_eq!(got, vec![less]);
            *used.entry(less).or_default() += 1;
        }
    }

    #[test]
    fn shuffle_gives_every_task_one_tuple_in_each_round(size in size(), rounds in 1..5usize, rest in 0..8usize, seed: u64) {
        for grouping in ["shuffle", "local_or_shuffle"] {
            let count = size.1 as usize;
            let rows = vec![vec![Value::Nil; 3]; rounds * count + rest % count];
            let (tasks, got) = one_reader(size, json!({"type": grouping}), &rows, seed);
            for round in got.chunks(count) {
                let mut round = round.concat();
                let before = round.len();
                round.sort_unstable();
                round.dedup();
                prop_assert_eq!(round.len(), before, "a task twice in a round");
                if before == count {
                    prop_assert_eq!(&round, &tasks);
                }
            }
        }
    }

    #[test]
    fn executors_begin_their_rounds_at_different_tasks(seed in 0..u64::MAX - 40) {
        let rows = [vec![Value::Nil; 3]];
        let first = |number| one_reader((4, 4), json!({"type": "shuffle"}), &rows, seed + number).1;
        let firsts: BTreeSet<_> = (0..40).map(first).collect();
        prop_assert!(firsts.len() > 1);
    }

    #[test]
    fn all_global_and_none_reach_every_the_first_and_one_task(size in size(), rows in rows(), seed: u64) {
        let (tasks, got) = one_reader(size, json!({"type": "all"}), &rows, seed);
        prop_assert!(got.iter().all(|to| *to == tasks));
        let (tasks, got) = one_reader(size, json!({"type": "global"}), &rows, seed);
        prop_assert!(got.iter().all(|to| *to == tasks[..1]));
        let many = vec![vec![Value::Nil; 3]; 600];
        let (tasks, got) = one_reader(size, json!({"type": "none"}), &many, seed);
        prop_assert!(got.iter().all(|to| to.len() == 1));
        prop_assert!(counts(&got).into_keys().eq(tasks), "a task was left out of 600 tuples");
    }

    #[test]
    fn direct_reaches_the_named_task_and_only_if_it_is_a_reader(size in size(), other in size(), seed: u64) {
        let direct = json!({"type": "direct"});
        let plan = plan(&[(size.0, size.1, direct.clone()), (other.0, other.1, direct)], true);
        let mut emitter = Emitter::new(&plan, 0, seed);
        prop_assert!(emitter.stream.direct);
        let keys = &mut RowKeys::new(&[]);
        for task in 1..=plan.executors.iter().map(|executor| executor.tasks.len() as u32).sum() {
            // routes come in the order of the readers' ids: a1, z0
            let expected: Vec<Vec<u32>> = [1, 0]
                .map(|number| if tasks_of(&plan, number).contains(&task) { vec![task] } else { vec![] })
                .into();
            prop_assert_eq!(emitter.emit(&plan, keys, Some(task)), expected);
        }
        prop_assert_eq!(emitter.emit(&plan, keys, None), vec![vec![], vec![]] as Vec<Vec<u32>>);
    }

    #[test]
    fn a_custom_grouping_reaches_the_readers_tasks_it_chose(size in size(), chosen in prop::collection::vec(0..20u32, 0..6)) {
        struct Chosen(Vec<u32>);
        impl Keys for Chosen {
            fn hash(&mut self, _: &[usize]) -> u64 {
                unreachable!("a custom grouping has no key")
            }

            fn chosen(&self, number: usize) -> &[u32] {
                assert_eq!(number, 7);
                &self.0
            }
        }
        let plan = plan(&[(size.0, size.1, json!({"type": "custom", "index": 7}))], false);
        let mut emitter = Emitter::new(&plan, 0, 0);
        prop_assert_eq!(emitter.stream.routes[0].custom(), Some(7));
        let tasks = tasks_of(&plan, 0);
        let expected: Vec<u32> = chosen.iter().copied().filter(|task| tasks.contains(task)).collect();
        prop_assert_eq!(emitter.emit(&plan, &mut Chosen(chosen), None), vec![expected]);
    }

    #[test]
    fn every_reader_chooses_for_itself(size in size(), other in size(), rows in rows(), seed: u64) {
        let plan = plan(
            &[(size.0, size.1, json!({"type": "fields", "fields": ["a"]})), (other.0, other.1, json!({"type": "all"}))],
            false,
        );
        let mut emitter = Emitter::new(&plan, 0, seed);
        let (by_key, all) = (tasks_of(&plan, 0), tasks_of(&plan, 1));
        prop_assert_eq!(emitter.destinations.len(), (size.0 + other.0) as usize);
        prop_assert_eq!(emitter.stream.arity, FIELDS.len());
        let reached: Vec<Vec<u32>> = emitter.stream.routes.iter().map(|route| route.tasks()).collect();
        prop_assert_eq!(reached, vec![all.clone(), by_key.clone()]);
        for row in &rows {
            let got = emitter.emit(&plan, &mut RowKeys::new(row), None);
            prop_assert_eq!(got, vec![all.clone(), vec![by_key[place(row, &[0], by_key.len())]]]);
        }
    }
}

/// Where some keys go among 7 tasks: part of the format, so these numbers never change.
#[test]
fn keys_keep_their_tasks_from_release_to_release() {
    let keys = [
        Value::Str("redgale".to_owned()),
        Value::Str(String::new()),
        Value::Sym("redgale".to_owned()),
        Value::Int(1),
        Value::Float(1.0),
        Value::Nil,
    ];
    let twice = |key: Value| vec![vec![key, Value::Nil, Value::Nil]; 2];
    let places = |grouping: &str, key: &Value| {
        let grouping = json!({"type": grouping, "fields": ["a"]});
        let (tasks, got) = one_reader((7, 7), grouping, &twice(key.clone()), 0);
        got.concat().iter().map(|task| task - tasks[0]).collect::<Vec<u32>>()
    };
    let by_fields = keys.each_ref().map(|key| places("fields", key)[0]);
    assert_eq!(by_fields, [0, 1, 3, 6, 1, 0]);
    let by_partial_key = keys.each_ref().map(|key| places("partial_key", key));
    assert_eq!(by_partial_key, [[0, 3], [1, 5], [3, 0], [6, 3], [1, 3], [0, 3]]);
}
