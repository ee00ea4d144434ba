//! Who is who in a run: tasks, executors and streams with dense numbers, as Storm numbers them.

use std::collections::HashMap;
use std::ops::Range;

use crate::model::{Grouping, Kind, Model};

/// Number of a task, from 1, over all components sorted by id.
pub type TaskId = u32;

/// Everything an engine needs to know to run a model.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Sorted by id.
    pub components: Vec<PlannedComponent>,
    /// In the order of the components.
    pub executors: Vec<PlannedExecutor>,
    /// In the order of the components and, within one, of declaration.
    pub streams: Vec<PlannedStream>,
    /// (executor, position in it) of each task, from task 1.
    places: Vec<(usize, usize)>,
}

/// A component with its numbers.
#[derive(Clone, Debug)]
pub struct PlannedComponent {
    /// Its id.
    pub id: String,
    /// Spout or bolt.
    pub kind: Kind,
    /// Its task ids.
    pub tasks: Range<TaskId>,
    /// Its executors (indexes into [`Plan::executors`]).
    pub executors: Range<usize>,
    /// Its streams (indexes into [`Plan::streams`]).
    pub streams: Range<usize>,
    /// Its index in the model.
    pub model_index: usize,
    /// Whether its executors run on native threads: values reach it, and come from it, as Rust values.
    pub native: bool,
}

/// An executor and its tasks.
#[derive(Clone, Debug)]
pub struct PlannedExecutor {
    /// Index into [`Plan::components`].
    pub component: usize,
    /// Contiguous; never empty.
    pub tasks: Vec<TaskId>,
}

/// A stream and who reads it.
#[derive(Clone, Debug)]
pub struct PlannedStream {
    /// Index of the emitting component.
    pub component: usize,
    /// Name.
    pub name: String,
    /// Names of the values.
    pub fields: Vec<String>,
    /// Whether the emitter names the task.
    pub direct: bool,
    /// Its consumers.
    pub subscriptions: Vec<Subscription>,
}

/// One consumer of a stream.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Index of the consuming component.
    pub component: usize,
    /// How its task is chosen.
    pub grouping: PlannedGrouping,
    /// Whether the edge closes a cycle: a full queue behind it fails the root instead of waiting for itself.
    pub feedback: bool,
}

/// A [`Grouping`] with positions instead of names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PlannedGrouping {
    /// See [`Grouping`].
    Shuffle,
    /// See [`Grouping`].
    LocalOrShuffle,
    /// See [`Grouping`].
    Global,
    /// See [`Grouping`].
    All,
    /// See [`Grouping`].
    None,
    /// See [`Grouping`].
    Direct,
    /// Positions of the fields.
    Fields(Vec<usize>),
    /// Positions of the fields.
    PartialKey(Vec<usize>),
    /// Number of the object.
    Custom(usize),
}

impl Plan {
    /// The plan of a valid model (see [`crate::validate`]). Tasks are split evenly and contiguously over the executors; the
    /// first ones get one more where it does not come out even.
    pub fn new(model: &Model) -> Self {
        let mut order: Vec<usize> = (0..model.components.len()).collect();
        order.sort_by(|a, b| model.components[*a].id.cmp(&model.components[*b].id));
        let index: HashMap<&str, usize> = order
            .iter()
            .enumerate()
            .map(|(planned, at)| (model.components[*at].id.as_str(), planned))
            .collect();
        let feedback = feedback_edges(model);
        let (mut components, mut executors, mut streams) = (Vec::new(), Vec::new(), Vec::new());
        let mut places = Vec::new();
        let mut next_task: TaskId = 1;
        for (planned, &at) in order.iter().enumerate() {
            let component = &model.components[at];
            let first = (next_task, executors.len(), streams.len());
            for part in 0..component.executors {
                let extra = u32::from(part < component.tasks % component.executors);
                let count = component.tasks / component.executors + extra;
                let tasks: Vec<TaskId> = (next_task..next_task + count).collect();
                next_task += count;
                places.extend((0..tasks.len()).map(|position| (executors.len(), position)));
                executors.push(PlannedExecutor {
                    component: planned,
                    tasks,
                });
            }
            for stream in &component.streams {
                let mut subscriptions = Vec::new();
                for consumer in &order {
                    let consumer = &model.components[*consumer];
                    let read = |source: &&crate::model::Source| {
                        source.component == component.id && source.stream == stream.name
                    };
                    for source in consumer.sources.iter().filter(read) {
                        subscriptions.push(Subscription {
                            component: index[consumer.id.as_str()],
                            grouping: resolve(&source.grouping, &stream.fields),
                            feedback: feedback.contains(&(component.id.as_str(), consumer.id.as_str())),
                        });
                    }
                }
                streams.push(PlannedStream {
                    component: planned,
                    name: stream.name.clone(),
                    fields: stream.fields.clone(),
                    direct: stream.direct,
                    subscriptions,
                });
            }
            components.push(PlannedComponent {
                id: component.id.clone(),
                kind: component.kind,
                tasks: first.0..next_task,
                executors: first.1..executors.len(),
                streams: first.2..streams.len(),
                model_index: at,
                native: component.implementation.is_native(),
            });
        }
        Plan {
            components,
            executors,
            streams,
            places,
        }
    }

    /// Executor and position within it of a task.
    pub fn place_of(&self, task: TaskId) -> (usize, usize) {
        self.places[task as usize - 1]
    }

    /// Whether an executor (index) runs on a native thread.
    pub fn is_native(&self, executor: usize) -> bool {
        self.components[self.executors[executor].component].native
    }

    /// Whether a component (index) is a spout.
    pub fn is_spout(&self, component: usize) -> bool {
        self.components[component].kind == Kind::Spout
    }
}

fn resolve(grouping: &Grouping, fields: &[String]) -> PlannedGrouping {
    let positions = |names: &[String]| -> Vec<usize> {
        names
            .iter()
            .filter_map(|name| fields.iter().position(|field| field == name))
            .collect()
    };
    match grouping {
        Grouping::Shuffle => PlannedGrouping::Shuffle,
        Grouping::LocalOrShuffle => PlannedGrouping::LocalOrShuffle,
        Grouping::Global => PlannedGrouping::Global,
        Grouping::All => PlannedGrouping::All,
        Grouping::None => PlannedGrouping::None,
        Grouping::Direct => PlannedGrouping::Direct,
        Grouping::Fields { fields: names } => PlannedGrouping::Fields(positions(names)),
        Grouping::PartialKey { fields: names } => PlannedGrouping::PartialKey(positions(names)),
        Grouping::Custom { index } => PlannedGrouping::Custom(*index),
    }
}

/// Edges (emitter, consumer) that close a cycle: the back edges of a depth-first walk from the spouts, then from whatever
/// the spouts do not reach, in definition order.
pub fn feedback_edges(model: &Model) -> Vec<(&str, &str)> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    fn visit<'a>(model: &'a Model, at: usize, marks: &mut [Mark], found: &mut Vec<(&'a str, &'a str)>) {
        marks[at] = Mark::Open;
        let id = model.components[at].id.as_str();
        for (next, consumer) in model.components.iter().enumerate() {
            if consumer.sources.iter().any(|source| source.component == id) {
                match marks[next] {
                    Mark::New => visit(model, next, marks, found),
                    Mark::Open => found.push((id, consumer.id.as_str())),
                    Mark::Done => {}
                }
            }
        }
        marks[at] = Mark::Done;
    }
    let mut marks = vec![Mark::New; model.components.len()];
    let mut found = Vec::new();
    for kind in [Kind::Spout, Kind::Bolt] {
        for at in 0..model.components.len() {
            if model.components[at].kind == kind && marks[at] == Mark::New {
                visit(model, at, &mut marks, &mut found);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn model(sizes: &[(u32, u32)]) -> Model {
        let component = |(i, (executors, tasks)): (usize, &(u32, u32))| {
            json!({"id": format!("c{}", 9 - i), "kind": if i == 0 { "spout" } else { "bolt" }, "executors": executors,
                "tasks": tasks, "at": "t.rb:1", "implementation": {"ruby": {"class": "X"}}})
        };
        let components: Vec<_> = sizes.iter().enumerate().map(component).collect();
        serde_json::from_value(
            json!({"format": 1, "name": "t", "class": "T", "at": "t.rb:1", "components": components}),
        )
        .unwrap()
    }

    proptest! {
        #[test]
        fn tasks_are_split_evenly_and_numbered_from_one(
            sizes in prop::collection::vec((1..6u32, 0..20u32).prop_map(|(e, more)| (e, e + more)), 1..6)
        ) {
            let plan = Plan::new(&model(&sizes));
            let mut next = 1;
            for component in &plan.components {
                prop_assert_eq!(component.tasks.start, next);
                let lens: Vec<usize> =
                    component.executors.clone().map(|executor| plan.executors[executor].tasks.len()).collect();
                prop_assert!(lens.iter().max().unwrap() - lens.iter().min().unwrap() <= 1);
                for executor in component.executors.clone() {
                    for (position, task) in plan.executors[executor].tasks.iter().enumerate() {
                        prop_assert_eq!(*task, next);
                        prop_assert_eq!(plan.place_of(next), (executor, position));
                        next += 1;
                    }
                }
                prop_assert_eq!(component.tasks.end, next);
            }
            prop_assert!(plan.components.windows(2).all(|pair| pair[0].id < pair[1].id));
        }
    }

    #[test]
    fn the_edge_that_closes_a_cycle_is_the_feedback_edge() {
        let mut model = model(&[(1, 1), (1, 1), (1, 1)]);
        let source = |component: &str| -> crate::model::Source {
            serde_json::from_value(json!({"component": component, "stream": "default", "at": "t.rb:2",
                "grouping": {"type": "fields", "fields": ["b"]}}))
            .unwrap()
        };
        model.components[1].sources = vec![source("c9"), source("c7")];
        model.components[2].sources = vec![source("c8")];
        for component in &mut model.components {
            component.streams =
                serde_json::from_value(json!([{"name": "default", "fields": ["a", "b"], "at": "t.rb:3"}])).unwrap();
        }
        assert_eq!(feedback_edges(&model), [("c7", "c8")]);
        let plan = Plan::new(&model);
        let stream = plan
            .streams
            .iter()
            .find(|stream| plan.components[stream.component].id == "c7")
            .unwrap();
        assert!(stream.subscriptions[0].feedback);
        assert_eq!(stream.subscriptions[0].grouping, PlannedGrouping::Fields(vec![1]));
    }
}
