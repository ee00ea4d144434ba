//! The drawings of one topology with every grouping, compared whole.

use redgale_topology::graph::{mermaid, text};
use redgale_topology::model::Model;
use serde_json::{Value, json};

fn component(id: &str, kind: &str, size: (u32, u32), streams: Value, sources: Value) -> Value {
    json!({"id": id, "kind": kind, "implementation": {"ruby": {"class": "X"}}, "executors": size.0, "tasks": size.1,
        "at": "t.rb:1", "streams": streams, "sources": sources})
}

fn source(component: &str, stream: &str, grouping: Value) -> Value {
    json!({"component": component, "stream": stream, "grouping": grouping, "at": "t.rb:1"})
}

fn model() -> Model {
    let by = |name: &str| json!({"type": name});
    let words = json!({"type": "fields", "fields": ["word", "length"]});
    serde_json::from_value(json!({
        "format": 1, "name": "words", "class": "Words", "at": "t.rb:1",
        "components": [
            component("lines", "spout", (1, 1), json!([
                {"name": "default", "fields": ["line"], "at": "t.rb:1"},
                {"name": "silent", "fields": [], "at": "t.rb:1"},
                {"name": "errors", "fields": ["line", "why"], "direct": true, "at": "t.rb:1"}
            ]), json!([])),
            component("split", "bolt", (2, 4), json!([{"name": "default", "fields": ["word", "length"], "at": "t.rb:1"}]),
                json!([source("lines", "default", by("shuffle")), source("lines", "errors", by("direct"))])),
            component("count", "bolt", (3, 3), json!([]), json!([
                source("split", "default", words),
                source("split", "default", json!({"type": "partial_key", "fields": ["word"]})),
                source("lines", "default", by("local_or_shuffle")),
                source("lines", "default", by("global")),
                source("lines", "default", by("all")),
                source("lines", "default", by("none")),
                source("nobody", "default", by("all")),
                source("lines", "default", json!({"type": "custom", "index": 0}))
            ]))
        ]
    }))
    .unwrap()
}

#[test]
fn the_text_has_a_paragraph_for_each_component() {
    let expected = "\
topology words

spout lines  (1 executor, 1 task)
  emits default(line)
  emits errors(line, why), direct

bolt split  (2 executors, 4 tasks)
  emits default(word, length)
  reads lines by shuffle
  reads lines by direct, stream errors

bolt count  (3 executors, 3 tasks)
  reads split by fields word, length
  reads split by partial_key word
  reads lines by local_or_shuffle
  reads lines by global
  reads lines by all
  reads lines by none
  reads nobody by all
  reads lines by custom
";
    assert_eq!(text(&model()), expected);
}

#[test]
fn the_flowchart_has_a_node_for_each_component_and_an_edge_for_each_source_that_exists() {
    let expected = "\
flowchart LR
  n0([\"lines<br/>1 executor, 1 task\"])
  n1[\"split<br/>2 executors, 4 tasks\"]
  n2[\"count<br/>3 executors, 3 tasks\"]
  n0 -- \"shuffle\" --> n1
  n0 -- \"errors: direct\" --> n1
  n1 -- \"fields word, length\" --> n2
  n1 -- \"partial_key word\" --> n2
  n0 -- \"local_or_shuffle\" --> n2
  n0 -- \"global\" --> n2
  n0 -- \"all\" --> n2
  n0 -- \"none\" --> n2
  n0 -- \"custom\" --> n2
";
    assert_eq!(mermaid(&model()), expected);
}

#[test]
fn the_text_shows_the_command_of_a_program() {
    let mut model = model();
    model.components[0].implementation =
        serde_json::from_value(json!({"shell": {"command": "python3", "arguments": ["-u", "lines.py"]}})).unwrap();
    let text = text(&model);
    assert!(
        text.contains("\nspout lines  (1 executor, 1 task)\n  runs python3 -u lines.py\n  emits "),
        "{text}"
    );
}
