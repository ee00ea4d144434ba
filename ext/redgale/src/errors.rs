//! The exception classes of `lib/redgale/errors.rb`, and the only functions here that raise by a jump.

use magnus::error::ErrorType;
use magnus::rb_sys::{AsRawValue, FromRawValue};
use magnus::value::ReprValue;
use magnus::{Class as _, Error, ExceptionClass, Module, Ruby, Value};
use rb_sys::VALUE;

use crate::meta::StreamMeta;

/// Exception classes the extension raises. They are defined in Ruby.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Wrong number or shape of values, unknown stream or task.
    Emit,
    /// Emit without a current input tuple and without `anchor:`.
    Anchor,
    /// Emit or ack after the run has ended.
    Closed,
    /// Emit or ack in a forked child.
    Fork,
    /// A tuple has no such field.
    UnknownField,
    /// A value that could not leave the process.
    UnsupportedValue,
    /// A simulation that cannot go on.
    Simulation,
}

impl Class {
    fn name(self) -> &'static str {
        match self {
            Class::Emit => "EmitError",
            Class::Anchor => "AnchorError",
            Class::Closed => "ClosedError",
            Class::Fork => "ForkError",
            Class::UnknownField => "UnknownField",
            Class::UnsupportedValue => "UnsupportedValue",
            Class::Simulation => "SimulationError",
        }
    }

    /// An error of this class.
    pub fn error(self, ruby: &Ruby, message: String) -> Error {
        let class = crate::module(ruby).and_then(|module| module.const_get::<_, ExceptionClass>(self.name()));
        match class {
            Ok(class) => Error::new(class, message),
            Err(error) => error,
        }
    }
}

/// The exception object of an error that magnus carries; nil for a jump.
pub fn exception(ruby: &Ruby, error: &Error) -> Value {
    match error.error_type() {
        ErrorType::Exception(exception) => exception.as_value(),
        ErrorType::Error(class, message) => class
            .new_instance((message.as_ref(),))
            .map_or_else(|_| ruby.qnil().as_value(), |exception| exception.as_value()),
        ErrorType::Jump(_) => ruby.qnil().as_value(),
    }
}
/// An error in the words of a message: its class and what it says.
pub fn describe(error: &Error) -> String {
    // SAFETY: errors of Ruby are only met with the VM lock held.
    let ruby = unsafe { Ruby::get_unchecked() };
    let exception = exception(&ruby, error);
    if exception.is_nil() {
        return "the thread was killed".to_owned();
    }
    format!("{}: {error}", exception.class())
}

/// Raises UnknownField by a jump. Only for raw C methods whose frames own nothing.
pub fn raise_unknown_field(meta: &StreamMeta, key: VALUE, width: usize) -> ! {
    let exception = {
        // SAFETY: raw methods run with the VM lock.
        let ruby = unsafe { Ruby::get_unchecked() };
        let key = unsafe { Value::from_raw(key) };
        let fields = meta
            .fields
            .iter()
            .map(|field| format!(":{field}"))
            .collect::<Vec<_>>()
            .join(", ");
        let message = format!(
            "no field {} in a tuple of stream `{}` of `{}`: it has {} (or 0 to {})",
            key.inspect(),
            meta.stream,
            meta.component,
            if fields.is_empty() { "no fields" } else { &fields },
            width.saturating_sub(1),
        );
        exception(&ruby, &Class::UnknownField.error(&ruby, message)).as_raw()
    };
    // SAFETY: everything with a destructor is gone; the caller's frames own nothing.
    unsafe { rb_sys::rb_exc_raise(exception) };
    #[allow(unreachable_code)]
    {
        unreachable!("rb_exc_raise does not return")
    }
}
