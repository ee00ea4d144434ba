//! What Ruby said about a bolt's handler.

use magnus::rb_sys::AsRawValue;
use magnus::value::ReprValue;
use magnus::{Error, Module, RClass, RHash, Ruby, Symbol, Value};
use rb_sys::{ID, VALUE};
use redgale_engine::clock::Nanos;

use crate::executor::{method_name, option};
use crate::tuple::Fresh;

/// How the handler wants its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `on_receive { |tuple| }`.
    Tuple,
    /// `on_values { |a, b| }`.
    Values,
    /// `on_batch { |tuples| }`.
    Batch {
        /// Most tuples of a call.
        max: usize,
        /// Longest a tuple waits for others.
        within: Nanos,
    },
}

/// What Ruby said about the component's handler.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    pub(super) mode: Mode,
    pub(super) method: ID,
    /// Arguments it takes; None: any number.
    pub(super) arity: Option<usize>,
    pub(super) emit: bool,
    pub(super) ack: bool,
    pub(super) anchor: bool,
    /// Class of the tuples; alive as the component's definition holds it.
    pub(super) tuple_class: VALUE,
    /// Asked with (tuple, result) what to emit when a result is no tuple, or is only partly made of tuples.
    pub(super) odd: Option<ID>,
    /// Strings that are read from tuples are copies.
    pub(super) fresh_strings: Fresh,
}

impl Handler {
    /// From the handler Hash of the component's definition.
    ///
    /// # Errors
    /// KeyError or TypeError.
    pub fn new(ruby: &Ruby, options: RHash) -> Result<Self, Error> {
        let mode: Symbol = option(ruby, options, "mode")?;
        let mode = match &*mode.name()? {
            "values" => Mode::Values,
            "batch" => Mode::Batch {
                max: option(ruby, options, "max")?,
                within: (option::<f64>(ruby, options, "within")? * 1e9) as Nanos,
            },
            _ => Mode::Tuple,
        };
        let arity: i64 = option(ruby, options, "arity")?;
        let tuple = crate::tuple_class(ruby)?;
        let tuple_class = option::<Option<RClass>>(ruby, options, "tuple_class")?.unwrap_or(tuple);
        if !tuple_class.is_inherited(tuple) {
            let message = format!("tuple_class must be a subclass of Redgale::Tuple, not {tuple_class}");
            return Err(Error::new(ruby.exception_type_error(), message));
        }
        Ok(Handler {
            mode,
            method: method_name(ruby, options, "method")?.unwrap_or_else(|| crate::meta::id("execute")),
            arity: usize::try_from(arity).ok(),
            emit: option(ruby, options, "emit")?,
            ack: option(ruby, options, "ack")?,
            anchor: option(ruby, options, "anchor")?,
            tuple_class: tuple_class.as_raw(),
            odd: method_name(ruby, options, "odd")?,
            fresh_strings: fresh(ruby, options)?,
        })
    }
}

/// `fresh_strings`: nil or false, `:frozen`, or true.
fn fresh(ruby: &Ruby, options: RHash) -> Result<Fresh, Error> {
    let given: Option<Value> = option(ruby, options, "fresh_strings")?;
    Ok(match given {
        Some(given) if given.equal(ruby.to_symbol("frozen"))? => Fresh::Frozen,
        Some(given) if given.to_bool() => Fresh::All,
        _ => Fresh::No,
    })
}
