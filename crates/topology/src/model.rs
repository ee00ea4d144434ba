//! A topology as it was described: what the DSL hands over, as plain data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Number of the model's format.
pub const FORMAT: u32 = 1;

/// A whole topology.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// [`FORMAT`].
    pub format: u32,
    /// Name of the topology.
    pub name: String,
    /// Name of the class that describes it.
    pub class: String,
    /// Place of the class, "file:line".
    pub at: String,
    /// Full keys; the user's own keys as they are.
    #[serde(default)]
    pub config: Map<String, Value>,
    /// Place where a key was set, for those that have one.
    #[serde(default)]
    pub config_at: BTreeMap<String, String>,
    /// In the order they were defined.
    #[serde(default)]
    pub components: Vec<Component>,
    /// What the DSL itself found wrong.
    #[serde(default)]
    pub problems: Vec<Problem>,
}

/// Spout or bolt.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Makes tuples.
    Spout,
    /// Handles tuples.
    Bolt,
}

/// One component.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Unique in the topology.
    pub id: String,
    /// Spout or bolt.
    pub kind: Kind,
    /// What runs it.
    pub implementation: Implementation,
    /// Number of executors (parallelism).
    pub executors: u32,
    /// Number of tasks; fixed for the topology's life.
    pub tasks: u32,
    /// Place of the definition.
    pub at: String,
    /// Streams it declares.
    #[serde(default)]
    pub streams: Vec<Stream>,
    /// Streams it reads.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Overrides of the topology's configuration.
    #[serde(default)]
    pub config: Map<String, Value>,
    /// Place where a key was set, for those that have one.
    #[serde(default)]
    pub config_at: BTreeMap<String, String>,
}

/// What runs a component.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Implementation {
    /// A Ruby class.
    Ruby {
        /// Its name.
        class: String,
    },
    /// Any program that speaks Storm's multilang protocol; one process for each task.
    Shell(Shell),
}

impl Implementation {
    /// Whether its executors run on native threads, so that values reach it as Rust values.
    pub fn is_native(&self) -> bool {
        !matches!(self, Implementation::Ruby { .. })
    }
}

/// How a program is started.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Shell {
    /// The program: a path, or a name that is looked up in PATH.
    pub command: String,
    /// Its arguments; no shell reads them.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// Working directory; None: that of the worker.
    #[serde(default)]
    pub directory: Option<String>,
    /// Added to the worker's environment.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
}

/// A declared stream.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// Name; `default` is the one that is meant when none is named.
    pub name: String,
    /// Names of the values.
    pub fields: Vec<String>,
    /// Whether the emitter names the task.
    #[serde(default)]
    pub direct: bool,
    /// Place of the declaration.
    pub at: String,
}

/// A subscription.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Id of the emitting component.
    pub component: String,
    /// Its stream.
    pub stream: String,
    /// Which task gets a tuple.
    pub grouping: Grouping,
    /// Place of the statement.
    pub at: String,
}

/// Which task of the consumer gets a tuple.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Grouping {
    /// Evenly.
    Shuffle,
    /// Evenly over the tasks of the same worker, if it has any.
    LocalOrShuffle,
    /// The task with the lowest id.
    Global,
    /// Every task.
    All,
    /// Any.
    None,
    /// The one the emitter names.
    Direct,
    /// By the values of these fields: equal values, same task.
    Fields {
        /// Names.
        fields: Vec<String>,
    },
    /// As fields, but over two tasks for each value.
    PartialKey {
        /// Names.
        fields: Vec<String>,
    },
    /// An object of the host language, by number.
    Custom {
        /// Its number in the definition.
        index: usize,
    },
}

/// Something wrong, and where.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Problem {
    /// "file:line", empty when no place is known.
    pub at: String,
    /// What, in one sentence.
    pub message: String,
}

impl Model {
    /// Reads a model from JSON.
    ///
    /// # Errors
    /// Text that is not JSON or not of this shape, or another format number.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let model: Model = serde_json::from_str(json).map_err(|error| format!("the model cannot be read: {error}"))?;
        if model.format == FORMAT {
            Ok(model)
        } else {
            Err(format!(
                "the model has format {}, this version reads format {FORMAT}",
                model.format
            ))
        }
    }

    /// The component with this id.
    pub fn component(&self, id: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.id == id)
    }
}

impl Component {
    /// Its stream with this name.
    pub fn stream(&self, name: &str) -> Option<&Stream> {
        self.streams.iter().find(|stream| stream.name == name)
    }
}
