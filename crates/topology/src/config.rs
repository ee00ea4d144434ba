//! The configuration keys: one table for validation, the DSL's words, the documentation and the typed settings.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::{Component, Model};

/// What a key's value must be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Type {
    /// true or false.
    Boolean,
    /// A whole number of at least `min`.
    Integer {
        /// Smallest allowed value.
        min: u64,
    },
    /// Seconds, whole or not, above 0.
    Seconds,
    /// A number from 0 to 1.
    Fraction,
    /// Any text.
    Text,
    /// Not looked at.
    Any,
}

/// Whether a key does something here.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "status", content = "why")]
pub enum Status {
    /// It does what the documentation says.
    Supported,
    /// Accepted with a warning: it has no effect here.
    NoEffect,
    /// Only this value until a later part exists.
    OnlyOne(&'static str),
}

/// One row of the table.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Key {
    /// Full key.
    pub key: &'static str,
    /// Words of the DSL for it, the usual one first.
    pub names: &'static [&'static str],
    /// What its value must be.
    #[serde(flatten)]
    pub value: Type,
    /// Default, as it is written in a topology file.
    pub default: &'static str,
    /// What it does, in one line.
    pub doc: &'static str,
    /// Whether it does something here.
    #[serde(flatten)]
    pub status: Status,
}

const fn key(
    key: &'static str,
    names: &'static [&'static str],
    value: Type,
    default: &'static str,
    doc: &'static str,
) -> Key {
    Key {
        key,
        names,
        value,
        default,
        doc,
        status: Status::Supported,
    }
}

const fn ignored(key: &'static str, names: &'static [&'static str], doc: &'static str) -> Key {
    Key {
        key,
        names,
        value: Type::Any,
        default: "nil",
        doc,
        status: Status::NoEffect,
    }
}

/// Every key under `topology.`, `storm.` and `redgale.` that is accepted, and those of Storm's own that have a meaning here.
pub const KEYS: &[Key] = &[
    key(
        "topology.name",
        &["topology_name"],
        Type::Text,
        "the class name, underscored",
        "name of the topology",
    ),
    Key {
        status: Status::OnlyOne("more than one worker process is not available yet"),
        ..key(
            "topology.workers",
            &["workers", "num_workers"],
            Type::Integer { min: 1 },
            "1",
            "worker processes",
        )
    },
    key(
        "topology.acker.executors",
        &["acker_executors", "num_ackers"],
        Type::Integer { min: 0 },
        "1",
        "0 switches tracking off (a given id is acked at once); any other number switches it on",
    ),
    key(
        "topology.max.spout.pending",
        &["max_spout_pending"],
        Type::Integer { min: 1 },
        "1000",
        "tracked tuples of one spout task that may be open at a time",
    ),
    key(
        "topology.message.timeout.secs",
        &["message_timeout_secs"],
        Type::Seconds,
        "30",
        "a tuple not acked within this time (to 1.1 times it) fails",
    ),
    key(
        "topology.enable.message.timeouts",
        &["enable_message_timeouts"],
        Type::Boolean,
        "true",
        "false: tuples never time out",
    ),
    key(
        "topology.tick.tuple.freq.secs",
        &["tick_tuple_freq_secs"],
        Type::Seconds,
        "nil",
        "how often on_tick is called (set by `tick every:`)",
    ),
    key(
        "topology.tasks",
        &["tasks"],
        Type::Integer { min: 1 },
        "the parallelism",
        "tasks of a component",
    ),
    key(
        "topology.max.task.parallelism",
        &["max_task_parallelism"],
        Type::Integer { min: 1 },
        "nil",
        "most executors and tasks of any component",
    ),
    key(
        "topology.debug",
        &["debug"],
        Type::Boolean,
        "false",
        "log every emitted tuple's stream and task",
    ),
    key(
        "topology.executor.receive.buffer.size",
        &["executor_receive_buffer_size"],
        Type::Integer { min: 1 },
        "32768",
        "tuples that wait in front of an executor before its producers wait",
    ),
    key(
        "redgale.executor.receive.buffer.bytes",
        &["executor_receive_buffer_bytes"],
        Type::Integer { min: 1 },
        "67108864",
        "known bytes that wait in front of an executor before its producers wait",
    ),
    key(
        "redgale.executors.share.core",
        &["executors_share_core"],
        Type::Boolean,
        "true",
        "the executors of a process share one core for as long as they do not use more",
    ),
    key(
        "redgale.shutdown.timeout.secs",
        &["shutdown_timeout"],
        Type::Seconds,
        "20",
        "longest time from INT or TERM to the end of the process",
    ),
    key(
        "redgale.retry.backoff.min.secs",
        &["retry_backoff_min"],
        Type::Seconds,
        "0.1",
        "wait before the first replay of a failed tuple; doubled for each further one",
    ),
    key(
        "redgale.retry.backoff.max.secs",
        &["retry_backoff_max"],
        Type::Seconds,
        "30",
        "longest wait before a replay",
    ),
    key(
        "topology.shellbolt.max.pending",
        &["shellbolt_max_pending"],
        Type::Integer { min: 1 },
        "100",
        "tuples that wait to be written to the process of a shell bolt, beside those in its pipe",
    ),
    key(
        "topology.subprocess.timeout.secs",
        &["subprocess_timeout_secs"],
        Type::Seconds,
        "supervisor.worker.timeout.secs",
        "a process of a shell component that owes an answer for this long is killed and started again",
    ),
    key(
        "supervisor.worker.timeout.secs",
        &["worker_timeout_secs"],
        Type::Seconds,
        "30",
        "what topology.subprocess.timeout.secs is where it is not set",
    ),
    ignored(
        "topology.stats.sample.rate",
        &["stats_sample_rate"],
        "latencies are sampled 1 in 20 here",
    ),
    ignored("topology.optimize", &["optimize"], "obsolete in Storm too"),
    ignored("topology.worker.childopts", &["worker_childopts"], "JVM options"),
    ignored(
        "topology.worker.max.heap.size.mb",
        &["worker_max_heap_size_mb"],
        "JVM heap",
    ),
    ignored("topology.kryo.register", &["kryo_register"], "JVM serialization"),
    ignored("topology.kryo.factory", &["kryo_factory"], "JVM serialization"),
    ignored(
        "topology.fall.back.on.java.serialization",
        &["fall_back_on_java_serialization"],
        "JVM serialization",
    ),
    ignored(
        "topology.skip.missing.kryo.registrations",
        &["skip_missing_kryo_registrations"],
        "JVM serialization",
    ),
    ignored(
        "topology.transfer.buffer.size",
        &["transfer_buffer_size"],
        "queues of Storm's JVM workers",
    ),
    ignored(
        "topology.executor.send.buffer.size",
        &["executor_send_buffer_size"],
        "queues of Storm's JVM workers",
    ),
    ignored(
        "topology.producer.batch.size",
        &["producer_batch_size"],
        "batches size themselves here",
    ),
    ignored(
        "topology.backpressure.enable",
        &["backpressure_enable"],
        "back pressure is always on here",
    ),
    ignored(
        "topology.disable.loadaware.messaging",
        &["disable_loadaware_messaging"],
        "one worker: nothing to balance",
    ),
    ignored(
        "topology.sleep.spout.wait.strategy.time.ms",
        &["sleep_spout_wait_strategy_time_ms"],
        "idle spouts back off",
    ),
    ignored(
        "topology.spout.wait.strategy",
        &["spout_wait_strategy"],
        "idle spouts back off by themselves",
    ),
    ignored(
        "topology.bolt.wait.strategy",
        &["bolt_wait_strategy"],
        "bolts sleep until there is work",
    ),
    ignored(
        "storm.zookeeper.servers",
        &["zookeeper_servers"],
        "a local run has no ZooKeeper",
    ),
    ignored("storm.local.dir", &["local_dir"], "a local run keeps nothing on disk"),
];

/// Prefixes whose keys must be in the table; all others are the user's own.
pub const RESERVED: [&str; 3] = ["topology.", "storm.", "redgale."];

/// The row of a full key.
pub fn find(key: &str) -> Option<&'static Key> {
    KEYS.iter().find(|row| row.key == key)
}

/// A component's settings, typed, with the defaults filled in.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Tracked tuples of one spout task that may be open.
    pub max_spout_pending: usize,
    /// None: tuples do not time out.
    pub message_timeout: Option<Duration>,
    /// Whether spout tuples are tracked at all.
    pub tracking: bool,
    /// Bound of an executor's queue in tuples.
    pub receive_buffer_tuples: usize,
    /// Bound of an executor's queue in known bytes.
    pub receive_buffer_bytes: usize,
    /// Log every emitted tuple's stream and task.
    pub debug: bool,
    /// How often on_tick is called.
    pub tick: Option<Duration>,
    /// Whether executors share a core with the others of the process.
    pub share_core: bool,
    /// Longest time from INT or TERM to the end.
    pub shutdown_timeout: Duration,
    /// First wait before a replay.
    pub backoff_min: Duration,
    /// Longest wait before a replay.
    pub backoff_max: Duration,
    /// Tuples that wait to be written to the process of a shell bolt.
    pub shellbolt_max_pending: usize,
    /// How long a process of a shell component may owe an answer.
    pub subprocess_timeout: Duration,
}

impl Settings {
    /// Of a component of a valid model, or of the topology itself.
    pub fn from(model: &Model, component: Option<&Component>) -> Self {
        let none = Map::new();
        let own = component.map_or(&none, |component| &component.config);
        let get = |key: &str| {
            own.get(key)
                .or_else(|| model.config.get(key))
                .filter(|value| !value.is_null())
        };
        let integer = |key, default: usize| {
            get(key)
                .and_then(Value::as_u64)
                .map_or(default, |number| usize::try_from(number).unwrap_or(usize::MAX))
        };
        let seconds = |key: &str| {
            get(key)
                .and_then(Value::as_f64)
                .and_then(|secs| Duration::try_from_secs_f64(secs).ok())
        };
        let timeouts = get("topology.enable.message.timeouts")
            .and_then(Value::as_bool)
            .unwrap_or(true);
        let timeout = seconds("topology.message.timeout.secs").unwrap_or(Duration::from_secs(30));
        Settings {
            max_spout_pending: integer("topology.max.spout.pending", 1_000),
            message_timeout: timeouts.then_some(timeout),
            tracking: integer("topology.acker.executors", 1) > 0,
            receive_buffer_tuples: integer("topology.executor.receive.buffer.size", 32_768),
            receive_buffer_bytes: integer("redgale.executor.receive.buffer.bytes", 64 << 20),
            debug: get("topology.debug").and_then(Value::as_bool).unwrap_or(false),
            tick: seconds("topology.tick.tuple.freq.secs"),
            share_core: get("redgale.executors.share.core")
                .and_then(Value::as_bool)
                .unwrap_or(true),
            shutdown_timeout: seconds("redgale.shutdown.timeout.secs").unwrap_or(Duration::from_secs(20)),
            backoff_min: seconds("redgale.retry.backoff.min.secs").unwrap_or(Duration::from_millis(100)),
            backoff_max: seconds("redgale.retry.backoff.max.secs").unwrap_or(Duration::from_secs(30)),
            shellbolt_max_pending: integer("topology.shellbolt.max.pending", 100),
            subprocess_timeout: seconds("topology.subprocess.timeout.secs")
                .or_else(|| seconds("supervisor.worker.timeout.secs"))
                .unwrap_or(Duration::from_secs(30)),
        }
    }
}
