//! Drawings of a topology.

use std::fmt::Write as _;

use crate::model::{Component, Grouping, Implementation, Kind, Model};

/// For a terminal: one paragraph for each component.
pub fn text(model: &Model) -> String {
    let mut out = format!("topology {}\n", model.name);
    for component in &model.components {
        let kind = if component.kind == Kind::Spout { "spout" } else { "bolt" };
        let _ = write!(out, "\n{kind} {}  ({})\n", component.id, size(component));
        if let Implementation::Shell(shell) = &component.implementation {
            let words: Vec<&str> = [&shell.command]
                .into_iter()
                .chain(&shell.arguments)
                .map(String::as_str)
                .collect();
            let _ = writeln!(out, "  runs {}", words.join(" "));
        }
        for stream in component.streams.iter().filter(|stream| !stream.fields.is_empty()) {
            let direct = if stream.direct { ", direct" } else { "" };
            let _ = writeln!(out, "  emits {}({}){direct}", stream.name, stream.fields.join(", "));
        }
        for source in &component.sources {
            let stream = if source.stream == "default" {
                String::new()
            } else {
                format!(", stream {}", source.stream)
            };
            let _ = writeln!(
                out,
                "  reads {} by {}{stream}",
                source.component,
                label(&source.grouping)
            );
        }
    }
    out
}

/// A Mermaid flowchart.
pub fn mermaid(model: &Model) -> String {
    let mut out = String::from("flowchart LR\n");
    let node = |id: &str| model.components.iter().position(|component| component.id == id);
    for (number, component) in model.components.iter().enumerate() {
        let (open, close) = if component.kind == Kind::Spout {
            ("([", "])")
        } else {
            ("[", "]")
        };
        let _ = writeln!(
            out,
            "  n{number}{open}\"{}<br/>{}\"{close}",
            component.id,
            size(component)
        );
    }
    for (number, component) in model.components.iter().enumerate() {
        for source in &component.sources {
            let Some(from) = node(&source.component) else { continue };
            let stream = if source.stream == "default" {
                String::new()
            } else {
                format!("{}: ", source.stream)
            };
            let _ = writeln!(
                out,
                "  n{from} -- \"{stream}{}\" --> n{number}",
                label(&source.grouping)
            );
        }
    }
    out
}

fn size(component: &Component) -> String {
    let plural = |count: u32, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    format!(
        "{}, {}",
        plural(component.executors, "executor"),
        plural(component.tasks, "task")
    )
}

fn label(grouping: &Grouping) -> String {
    match grouping {
        Grouping::Shuffle => "shuffle".to_owned(),
        Grouping::LocalOrShuffle => "local_or_shuffle".to_owned(),
        Grouping::Global => "global".to_owned(),
        Grouping::All => "all".to_owned(),
        Grouping::None => "none".to_owned(),
        Grouping::Direct => "direct".to_owned(),
        Grouping::Fields { fields } => format!("fields {}", fields.join(", ")),
        Grouping::PartialKey { fields } => format!("partial_key {}", fields.join(", ")),
        Grouping::Custom { .. } => "custom".to_owned(),
    }
}
