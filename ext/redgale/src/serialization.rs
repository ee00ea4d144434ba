//! `Redgale::Serialization`: Ruby's half of the codec, which knows the classes that a program serializes. Here is only where to
//! find it.

use std::sync::OnceLock;

use magnus::rb_sys::AsRawValue;
use magnus::{Error, Module, Ruby};
use rb_sys::VALUE;

static MODULE: OnceLock<VALUE> = OnceLock::new();

/// The module. It is a constant, so it lives as long as the process.
pub fn module() -> VALUE {
    *MODULE.get().expect("set when the extension is loaded")
}

/// Defines the module; its methods `dump` and `load` are Ruby code.
///
/// # Errors
/// What Ruby raises.
pub fn init(ruby: &Ruby) -> Result<(), Error> {
    let module = crate::module(ruby)?.define_module("Serialization")?;
    // an address that stays the same when the heap is compacted
    ruby.gc_register_mark_object(module);
    let _ = MODULE.set(module.as_raw());
    Ok(())
}
