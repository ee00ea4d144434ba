//! `Redgale::Native.validate`, `.graph` and `.config_keys`: the model's rules, for Ruby.

use magnus::{Error, Ruby, function};
use redgale_topology::model::Model;

fn read(ruby: &Ruby, json: &str) -> Result<Model, Error> {
    Model::from_json(json).map_err(|message| Error::new(ruby.exception_arg_error(), message))
}

/// JSON {"problems": [{message, at}], "warnings": [...]} for a model's JSON.
fn validate(ruby: &Ruby, json: String) -> Result<String, Error> {
    let report = redgale_topology::validate::validate(&read(ruby, &json)?);
    serde_json::to_string(&report).map_err(|error| Error::new(ruby.exception_runtime_error(), error.to_string()))
}

/// The model as "text" or "mermaid".
fn graph(ruby: &Ruby, json: String, format: String) -> Result<String, Error> {
    let model = read(ruby, &json)?;
    match format.as_str() {
        "text" => Ok(redgale_topology::graph::text(&model)),
        "mermaid" => Ok(redgale_topology::graph::mermaid(&model)),
        other => {
            let message = format!("no graph format {other}: text, mermaid");
            Err(Error::new(ruby.exception_arg_error(), message))
        }
    }
}

/// The table of configuration keys as JSON.
fn config_keys(ruby: &Ruby) -> Result<String, Error> {
    serde_json::to_string(&redgale_topology::config::KEYS)
        .map_err(|error| Error::new(ruby.exception_runtime_error(), error.to_string()))
}

/// Defines the three functions.
///
/// # Errors
/// What Ruby raises.
pub fn init(ruby: &Ruby) -> Result<(), Error> {
    let native = crate::native(ruby)?;
    native.define_module_function("validate", function!(validate, 1))?;
    native.define_module_function("graph", function!(graph, 2))?;
    native.define_module_function("config_keys", function!(config_keys, 0))
}
