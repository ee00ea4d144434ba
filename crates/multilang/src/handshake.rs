//! The first message to a program: where to leave its pid, the configuration, its place in the topology.

use std::path::Path;

use redgale_engine::engine::Shared;
use redgale_topology::model::Model;
use redgale_topology::plan::{Plan, PlannedGrouping, PlannedStream};
use serde_json::{Map, Value, json};

use crate::protocol::END;

/// The handshake of task `task` of executor `executor`; the program makes an empty file named by its pid in `pid_dir`.
pub fn message(model: &Model, shared: &Shared, executor: usize, task: u32, pid_dir: &Path) -> Vec<u8> {
    let component = shared.plan.executors[executor].component;
    let message = json!({
        "pidDir": pid_dir.to_string_lossy(),
        "conf": conf(model, shared, executor),
        "context": context(&shared.plan, component, task),
    });
    let mut bytes = message.to_string().into_bytes();
    bytes.extend_from_slice(END);
    bytes
}

/// The component's configuration over the topology's over what counts where nothing is set.
fn conf(model: &Model, shared: &Shared, executor: usize) -> Value {
    let settings = shared.settings_of(executor);
    let component = &shared.plan.components[shared.plan.executors[executor].component];
    let seconds = |duration: std::time::Duration| match duration.subsec_nanos() {
        0 => json!(duration.as_secs()),
        _ => json!(duration.as_secs_f64()),
    };
    let mut conf = Map::new();
    let defaults = [
        ("topology.workers", json!(1)),
        ("topology.debug", json!(settings.debug)),
        ("topology.acker.executors", json!(u8::from(settings.tracking))),
        ("topology.max.spout.pending", json!(settings.max_spout_pending)),
        (
            "topology.message.timeout.secs",
            seconds(settings.message_timeout.unwrap_or_default()),
        ),
        (
            "topology.enable.message.timeouts",
            json!(settings.message_timeout.is_some()),
        ),
        ("topology.shellbolt.max.pending", json!(settings.shellbolt_max_pending)),
        ("topology.subprocess.timeout.secs", seconds(settings.subprocess_timeout)),
    ];
    conf.extend(defaults.map(|(key, value)| (key.to_owned(), value)));
    for own in [&model.config, &model.components[component.model_index].config] {
        let set = own.iter().filter(|(_, value)| !value.is_null());
        conf.extend(set.map(|(key, value)| (key.clone(), value.clone())));
    }
    conf.insert("topology.name".to_owned(), json!(model.name));
    Value::Object(conf)
}

fn context(plan: &Plan, component: usize, task: u32) -> Value {
    let own = &plan.components[component];
    let components: Map<String, Value> = plan
        .components
        .iter()
        .flat_map(|component| {
            component
                .tasks
                .clone()
                .map(|task| (task.to_string(), json!(component.id)))
        })
        .collect();
    let streams = &plan.streams[own.streams.clone()];
    let outputs: Map<String, Value> = streams
        .iter()
        .map(|stream| (stream.name.clone(), json!(stream.fields)))
        .collect();
    let targets: Map<String, Value> = streams
        .iter()
        .map(|stream| (stream.name.clone(), Value::Object(readers(plan, stream))))
        .collect();
    let (mut groupings, mut fields) = (Map::new(), Map::new());
    for stream in &plan.streams {
        let emitter = &plan.components[stream.component].id;
        for subscription in stream
            .subscriptions
            .iter()
            .filter(|reader| reader.component == component)
        {
            let put = |map: &mut Map<String, Value>, value: Value| {
                let streams = map.entry(emitter.clone()).or_insert_with(|| json!({}));
                streams[&stream.name] = value;
            };
            put(&mut groupings, grouping(&subscription.grouping, stream));
            put(&mut fields, json!(stream.fields));
        }
    }
    json!({
        "task->component": components,
        "taskid": task,
        "componentid": own.id,
        "streams": streams.iter().map(|stream| &stream.name).collect::<Vec<_>>(),
        "stream->outputfields": outputs,
        "stream->target->grouping": targets,
        "source->stream->grouping": groupings,
        "source->stream->fields": fields,
    })
}

fn readers(plan: &Plan, stream: &PlannedStream) -> Map<String, Value> {
    let reader = |subscription: &redgale_topology::plan::Subscription| {
        let id = plan.components[subscription.component].id.clone();
        (id, grouping(&subscription.grouping, stream))
    };
    stream.subscriptions.iter().map(reader).collect()
}

/// Storm's names: those of its Thrift union. What Storm has no name for is a custom grouping there.
fn grouping(grouping: &PlannedGrouping, stream: &PlannedStream) -> Value {
    let kind = match grouping {
        PlannedGrouping::Shuffle => "SHUFFLE",
        PlannedGrouping::LocalOrShuffle => "LOCAL_OR_SHUFFLE",
        PlannedGrouping::All => "ALL",
        PlannedGrouping::None => "NONE",
        PlannedGrouping::Direct => "DIRECT",
        PlannedGrouping::PartialKey(_) => "CUSTOM_SERIALIZED",
        PlannedGrouping::Custom(_) => "CUSTOM_OBJECT",
        PlannedGrouping::Global => return json!({"type": "FIELDS", "fields": []}),
        PlannedGrouping::Fields(positions) => {
            let fields: Vec<&String> = positions.iter().map(|position| &stream.fields[*position]).collect();
            return json!({"type": "FIELDS", "fields": fields});
        }
    };
    json!({ "type": kind })
}

#[cfg(test)]
mod tests {
    use redgale_engine::clock::Clock;

    use super::*;

    #[test]
    fn it_has_every_key_of_storms() {
        let source = |component: &str, grouping: Value| {
            json!({"component": component, "stream": "default",
            "grouping": grouping, "at": "t.rb:1"})
        };
        let component = |id: &str, kind: &str, tasks: u32, fields: &[&str], sources: Vec<Value>| {
            json!({"id": id,
            "kind": kind, "implementation": {"shell": {"command": "x"}}, "executors": 1, "tasks": tasks, "at": "t.rb:1",
            "streams": [{"name": "default", "fields": fields, "at": "t.rb:1"}], "sources": sources,
            "config": {"own": [1], "topology.debug": true, "topology.tick.tuple.freq.secs": null}})
        };
        let model: Model = serde_json::from_value(json!({"format": 1, "name": "t", "class": "T", "at": "t.rb:1",
            "config": {"own": 1, "input": "a.txt", "topology.message.timeout.secs": 1.5}, "components": [
                component("lines", "spout", 1, &["line", "number"], vec![]),
                component("split", "bolt", 2, &["word"], vec![source("lines", json!({"type": "fields", "fields": ["number"]}))]),
                component("count", "bolt", 1, &[], vec![source("split", json!({"type": "global"})),
                    source("lines", json!({"type": "shuffle"}))]),
            ]}))
        .unwrap();
        let shared = Shared::new(&model, Clock::manual());
        let bytes = message(&model, &shared, 2, 4, Path::new("/tmp/pids"));
        let got: Value = serde_json::from_slice(bytes.strip_suffix(END).unwrap()).unwrap();
        assert_eq!(got["pidDir"], "/tmp/pids");
        assert_eq!(
            got["context"],
            json!({
                "task->component": {"1": "count", "2": "lines", "3": "split", "4": "split"},
                "taskid": 4,
                "componentid": "split",
                "streams": ["default"],
                "stream->outputfields": {"default": ["word"]},
                "stream->target->grouping": {"default": {"count": {"type": "FIELDS", "fields": []}}},
                "source->stream->grouping": {"lines": {"default": {"type": "FIELDS", "fields": ["number"]}}},
                "source->stream->fields": {"lines": {"default": ["line", "number"]}},
            })
        );
        let conf = &got["conf"];
        assert_eq!(
            (&conf["own"], &conf["input"], &conf["topology.name"]),
            (&json!([1]), &json!("a.txt"), &json!("t"))
        );
        assert_eq!(
            (&conf["topology.debug"], &conf["topology.message.timeout.secs"]),
            (&json!(true), &json!(1.5))
        );
        assert_eq!(conf["topology.max.spout.pending"], 1000);
        assert_eq!(conf.get("topology.tick.tuple.freq.secs"), None);
    }
}
